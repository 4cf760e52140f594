//! Slow clients, idle clients, and too many of them.

use std::time::{Duration, Instant};

use hyper::body::Bytes;
use podlint_webhook::serve::Limits;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::support::{Http, LONG, Setup, authority, connect, rest, trickle, trusting};

const SHORT: Duration = Duration::from_millis(300);
const PACE: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_cut() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.limits.head = SHORT;
    let server = setup.start();
    let mut stream = connect(server.address, &trusting(&authority, None)).await.unwrap();
    stream.write_all(b"POST /validate HTTP/1.1\r\nx: ").await.unwrap();
    let (answer, took) = trickle(stream, PACE).await;
    assert_eq!(answer, "");
    assert!(took + PACE >= SHORT, "{took:?}");
    server.metric_reaches("podlint_connections_refused_total{reason=\"slow\"}", 1.0).await;
}

#[tokio::test]
async fn a_second_head_that_comes_byte_by_byte_is_cut_too() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.limits.head = SHORT;
    let server = setup.start();
    let mut stream = connect(server.address, &trusting(&authority, None)).await.unwrap();
    stream.write_all(b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    let (answer, _) = trickle(stream, PACE).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.metric_reaches("podlint_connections_refused_total{reason=\"slow\"}", 1.0).await;
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_cut() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.limits.handshake = SHORT;
    let server = setup.start();
    let _silent = TcpStream::connect(server.address).await.unwrap();
    server.metric_reaches("podlint_connections_refused_total{reason=\"slow\"}", 1.0).await;
    server.metric_reaches("podlint_connections", 0.0).await;
}

#[tokio::test]
async fn a_client_that_does_not_take_the_answer_is_cut() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.limits.answer = SHORT;
    let server = setup.start();
    let mut stream = connect(server.address, &trusting(&authority, None)).await.unwrap();
    stream.write_all(b"GET /huge HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    server.metric_reaches("podlint_connections_refused_total{reason=\"slow\"}", 1.0).await;
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_for_longer_than_a_head_may_take() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.limits.head = SHORT;
    let server = setup.start();
    let trust = trusting(&authority, None);
    let mut used = Http::open(server.address, &trust).await.unwrap();
    assert_eq!(used.ask("POST", "/validate", Bytes::new()).await.unwrap().0, 200);
    let mut unused = Http::open(server.address, &trust).await.unwrap();
    sleep(2 * SHORT).await;
    for http in [&mut used, &mut unused] {
        assert_eq!(http.ask("POST", "/validate", Bytes::new()).await.unwrap().0, 200);
    }
}

#[tokio::test]
async fn a_connection_without_requests_ends_at_last() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.limits.idle = SHORT;
    let server = setup.start();
    let mut stream = connect(server.address, &trusting(&authority, None)).await.unwrap();
    stream.write_all(b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn the_api_server_gives_an_idle_connection_up_before_we_do() {
    let of_go = Duration::from_secs(90);
    assert!(Limits::default().idle > of_go + Duration::from_secs(30));
}

/// 2,000 connections that ask nothing, at 200 places: silent ones, ones with TLS, and ones with half a head.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_do_not_hold_up_a_healthy_request() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.max_connections = 200;
    let server = setup.start();
    let trust = trusting(&authority, None);
    let mut idle = Vec::new();
    let mut silent = Vec::new();
    let mut longest = Duration::ZERO;
    for number in 0..2000 {
        if number % 4 == 0 {
            let mut stream = connect(server.address, &trust).await.unwrap();
            if number % 8 == 0 {
                stream.write_all(b"P").await.unwrap();
            }
            idle.push(stream);
        } else {
            silent.push(TcpStream::connect(server.address).await.unwrap());
        }
        if number % 50 == 0 {
            let begin = Instant::now();
            let mut http = Http::open(server.address, &trust).await.unwrap();
            let answer = http.ask("POST", "/validate", Bytes::from("{}")).await.unwrap();
            assert_eq!(answer, (200, "2".to_owned(), false));
            longest = longest.max(begin.elapsed());
        }
    }
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    // Those that had to make room are gone as soon as their tasks have run.
    let begin = Instant::now();
    while server.metric("podlint_connections").await > 200.0 {
        assert!(begin.elapsed() < LONG);
        sleep(PACE).await;
    }
    assert!(server.metric("podlint_connections_refused_total{reason=\"evicted\"}").await >= 1800.0);
    assert!(idle.len() + silent.len() == 2000);
}

#[tokio::test]
async fn requests_at_work_are_not_ended_for_new_ones() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.max_connections = 1;
    let server = setup.start();
    let trust = trusting(&authority, None);
    let mut busy = Http::open(server.address, &trust).await.unwrap();
    let asked = tokio::spawn(async move { busy.get("/slow").await });
    let begin = Instant::now();
    // As soon as the first one is at work, the second one is refused.
    let refused = "podlint_connections_refused_total{reason=\"full\"}";
    while server.metric(refused).await < 1.0 {
        assert!(begin.elapsed() < LONG);
        if asked.is_finished() {
            break;
        }
        sleep(Duration::from_millis(50)).await;
        let _ = TcpStream::connect(server.address).await.unwrap();
    }
    assert_eq!(asked.await.unwrap().unwrap(), (200, "slow".to_owned()));
    assert!(server.metric(refused).await >= 1.0);
}
