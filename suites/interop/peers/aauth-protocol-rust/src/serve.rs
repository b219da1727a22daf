//! HTTP/1.1 in clear on 127.0.0.1, a thread for each connection. (Of tiny_http a connection can stay unread when several
//! come at once, and its small pool of threads waits on connections that are kept alive.)

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http::{Request, Response};

const MOST_HEAD: usize = 64 << 10;
const MOST_BODY: usize = 1 << 20;

/// Answers requests until the process ends.
pub fn serve<Answer>(port: &str, answer: Answer) -> Result<()>
where
    Answer: Fn(Request<Vec<u8>>) -> Response<Vec<u8>> + Send + Sync + 'static,
{
    let answer = Arc::new(answer);
    for stream in TcpListener::bind(format!("127.0.0.1:{port}"))?.incoming() {
        let (stream, answer) = (stream?, answer.clone());
        thread::spawn(move || talk(stream, &*answer)); // what is wrong with one connection ends that one
    }
    Ok(())
}

fn talk(mut stream: TcpStream, answer: &dyn Fn(Request<Vec<u8>>) -> Response<Vec<u8>>) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let request = match read_request(&mut reader) {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(problem) if problem.kind() == ErrorKind::InvalidData => {
                return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
            Err(problem) => return Err(problem),
        };
        let response = answer(request);
        let status = response.status();
        let mut out =
            format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or("")).into_bytes();
        for (name, value) in response.headers().iter().filter(|(name, _)| *name != http::header::CONTENT_LENGTH) {
            out.extend_from_slice(name.as_str().as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", response.body().len()).as_bytes());
        out.extend_from_slice(response.body());
        stream.write_all(&out)?;
    }
}

/// The next request of a connection, whose body has a Content-Length if any; None at its end.
fn read_request(reader: &mut impl BufRead) -> Result<Option<Request<Vec<u8>>>> {
    let bad = |what: &str| Error::new(ErrorKind::InvalidData, what.to_string());
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.by_ref().take(MOST_HEAD as u64).read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
        if head.len() > MOST_HEAD {
            return Err(bad("a long head"));
        }
    }
    let mut fields = [httparse::EMPTY_HEADER; 100];
    let mut parsed = httparse::Request::new(&mut fields);
    parsed.parse(&head).map_err(|problem| bad(&problem.to_string()))?;
    let mut request = Request::builder().method(parsed.method.unwrap_or("")).uri(parsed.path.unwrap_or("/"));
    let mut length = 0;
    for field in parsed.headers.iter() {
        if field.name.eq_ignore_ascii_case("content-length") {
            let digits = std::str::from_utf8(field.value).unwrap_or("");
            length = digits.parse().map_err(|_| bad("Content-Length"))?;
        }
        request = request.header(field.name, field.value);
    }
    if length > MOST_BODY {
        return Err(bad("a long body"));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body(body).map(Some).map_err(|problem| bad(&problem.to_string()))
}
