//! Bodies that are too large, too slow, broken, or too many.

use std::time::Duration;

use hyper::body::Bytes;
use podlint_webhook::serve::body::Limits;
use tokio::io::AsyncWriteExt;

use crate::support::{Http, Setup, authority, connect, rest, trickle, trusting};

const SHORT: Duration = Duration::from_millis(300);
const LIMITS: Limits =
    Limits { bytes: 100_000, all: 150_000, total: Duration::from_secs(20), stall: Duration::from_secs(20) };

#[tokio::test]
async fn a_body_above_the_limit_is_refused_and_the_connection_goes_on_where_it_can() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.bodies = LIMITS;
    let server = setup.start();
    let trust = trusting(&authority, None);
    for (length, status, closes) in [
        (0, 200, false),
        (99_999, 200, false),
        (100_000, 200, false),
        (100_001, 413, false),
        (200_000, 413, false),
        (200_001, 413, true),
        (20_000_000, 413, true),
    ] {
        let mut http = Http::open(server.address, &trust).await.unwrap();
        let body = Bytes::from(vec![b'x'; length]);
        let answer = http.ask("POST", "/validate", body).await.unwrap();
        let text = match status {
            200 => length.to_string(),
            _ => "the request body is above the limit of 100000 bytes\n".to_owned(),
        };
        assert_eq!(answer, (status, text, closes), "{length}");
        assert_eq!(http.is_open().await, !closes, "{length}");
        if !closes {
            let again = http.ask("POST", "/validate", Bytes::from("{}")).await.unwrap();
            assert_eq!(again, (200, "2".to_owned(), false), "{length}");
        }
    }
}

/// Writes a request in full and says what comes back until the connection ends.
async fn answer(head: &str, body: &[u8], limits: Limits) -> String {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.bodies = limits;
    setup.limits.idle = SHORT;
    let server = setup.start();
    let mut stream = connect(server.address, &trusting(&authority, None)).await.unwrap();
    let head = format!("POST /validate HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may end the connection before all is written.
    let _ = stream.write_all(body).await;
    let _ = stream.flush().await;
    rest(&mut stream).await
}

#[tokio::test]
async fn chunks_count_like_any_bytes() {
    let chunk = format!("{:x}\r\n{}\r\n", 60_000, "x".repeat(60_000));
    for (chunks, status) in [(1, "HTTP/1.1 200"), (2, "HTTP/1.1 413"), (40, "HTTP/1.1 413")] {
        let body = format!("{}0\r\n\r\n", chunk.repeat(chunks));
        let said = answer("transfer-encoding: chunked", body.as_bytes(), LIMITS).await;
        assert!(said.starts_with(status), "{chunks}: {said}");
        assert_eq!(said.contains("connection: close"), chunks == 40, "{said}");
    }
}

#[tokio::test]
async fn a_client_that_waits_to_send_is_told_not_to() {
    let said = answer("content-length: 150000\r\nexpect: 100-continue", b"", LIMITS).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    assert!(said.contains("connection: close"), "{said}");
}

#[tokio::test]
async fn chunks_that_make_no_sense_are_refused() {
    let said = answer("transfer-encoding: chunked", b"zz\r\n", LIMITS).await;
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
}

#[tokio::test]
async fn all_bodies_together_are_bounded() {
    let limits = Limits { all: 50_000, ..LIMITS };
    let said = answer("content-length: 60000", &vec![b'x'; 60_000], limits).await;
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert!(said.contains("retry-after: 1"), "{said}");
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_cut() {
    let slow = Limits { total: SHORT, ..LIMITS };
    let stalled = Limits { stall: SHORT, ..LIMITS };
    for (limits, pace) in [(slow, SHORT / 10), (stalled, SHORT * 10)] {
        let authority = authority();
        let mut setup = Setup::new(&authority);
        setup.bodies = limits;
        let server = setup.start();
        let mut stream = connect(server.address, &trusting(&authority, None)).await.unwrap();
        stream.write_all(b"POST /validate HTTP/1.1\r\nhost: x\r\ncontent-length: 90000\r\n\r\n").await.unwrap();
        let (said, took) = trickle(stream, pace).await;
        assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        assert!(said.contains("the request body came too slowly"), "{said}");
        assert!(took + pace >= SHORT, "{took:?}");
    }
}
