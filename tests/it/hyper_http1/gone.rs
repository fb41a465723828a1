//! A client goes away in the middle of its content: the content is let go, and others are served.

use super::{chunk, chunked, content, declared, layer};
use crate::hyper_http2::watch::serve;

#[tokio::test]
async fn content_is_let_go_when_its_client_goes_away() {
    for (resets, unfinished) in [
        (false, declared(10)),
        (false, [declared(10), content(5).into()].concat()),
        (true, declared(10)),
        (true, [declared(10), content(5).into()].concat()),
        (false, chunked(chunk(5) + "5\r\nhe")),
        (true, chunked(chunk(5) + "5\r\nhe")),
    ] {
        println!("{}, resets: {resets}", unfinished.escape_ascii());
        let (server, watch) = serve(layer()).await;
        let mut connection = server.connect().await;
        connection.send(unfinished).await;
        watch.starved().await;
        if resets {
            connection.stream.set_zero_linger().unwrap();
        }
        drop(connection);
        watch.dropped().await;
        server.connect().await.assert_serves().await;
    }
}
