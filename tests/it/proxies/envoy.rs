//! Envoy in front of refusals. It forwards PROPFIND; a method that it does not know it refuses itself.

use super::{
    balancer::{assert_keeps_the_server, server, server_of_405, Balancer},
    proxy::Program,
};

pub(super) const ENVOY: Program = Program {
    name: "envoy",
    arguments: &[
        "-c",
        "configuration.yaml",
        "--concurrency",
        "1",
        "--disable-hot-restart",
    ],
    configuration: r#"
    static_resources:
      listeners:
      - address: { socket_address: { address: 127.0.0.1, port_value: ADDRESS_PORT } }
        filter_chains:
        - filters:
          - name: http
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: front
              http_filters:
              - name: router
                typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
              route_config:
                response_headers_to_add: [{ header: { key: X-Proxy, value: NAME } }]
                virtual_hosts:
                - { name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: server } }] }
      clusters:
      - name: server
        common_lb_config: { healthy_panic_threshold: { value: 0 } }
        outlier_detection: { base_ejection_time: 60s, max_ejection_percent: 100, SETTING }
        load_assignment:
          cluster_name: server
          endpoints:
          - lb_endpoints:
            - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: UPSTREAM_PORT } } }
    "#,
    setting: "consecutive_5xx: 5",
};

/// Failures of the server, which are 502, 503 and 504, in place of every 5xx.
pub(super) const GATEWAY_FAILURES: Program = Program {
    setting: "enforcing_consecutive_5xx: 0, consecutive_gateway_failure: 5, \
              enforcing_consecutive_gateway_failure: 100",
    ..ENVOY
};

#[tokio::test]
#[ignore = "needs envoy: .ci/run installs it"]
async fn envoy_refuses_a_method_that_it_does_not_know() {
    let envoy = Balancer::start(&ENVOY, "envoy-foo", server().await).await;
    envoy.assert_answers("FOO /", 20, 400).await;
    envoy.assert_serves_others().await;
    envoy.stop().await;
}

#[tokio::test]
#[ignore = "needs envoy: .ci/run installs it"]
async fn five_refusals_take_the_server_from_everybody_behind_envoy_that_counts_every_5xx() {
    let envoy = Balancer::start(&ENVOY, "envoy-5xx", server().await).await;
    envoy.assert_answers("PROPFIND /", 5, 501).await;
    envoy.assert_takes_the_server_away(503).await;
    envoy.stop().await;
}

#[tokio::test]
#[ignore = "needs envoy: .ci/run installs it"]
async fn no_refusal_made_a_405_takes_the_server_from_others_behind_envoy() {
    let (name, server) = ("envoy-405", server_of_405().await);
    assert_keeps_the_server(&ENVOY, name, server, ("PROPFIND /", 405), 5).await;
}
