//! `poll_pending_url`, the library's state machine. Its caller makes the original request and finds the pending URL; the
//! vector's first response is given to it as the first that its polling sees. What it does between two responses is its
//! action: it sleeps and asks again, tells the person, answers a question, or ends.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use aauth_core::agent::{poll_pending_url, PollCallbacks, PollOptions};
use aauth_core::http::HttpResponse;
use aauth_core::AAuthError;
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use serde_json::{json, Value};

use crate::answer::{text, Answer};
use crate::message::headers;

thread_local! {
    /// Seconds slept since the last request.
    static SLEPT: Cell<u64> = const { Cell::new(0) };
}

struct Script {
    responses: Vec<HttpResponse>,
    told: Cell<usize>,
    actions: RefCell<Vec<Value>>,
    told_person: RefCell<Option<Value>>,
}

impl Script {
    fn next(&self) -> Result<HttpResponse, AAuthError> {
        let response = self.responses.get(self.told.get()).cloned();
        self.told.set(self.told.get() + usize::from(response.is_some()));
        response.ok_or_else(|| AAuthError::Http("the script is over".into()))
    }

    /// The last response's action, unless it already has one.
    fn act(&self, action: Value) {
        let mut actions = self.actions.borrow_mut();
        if actions.len() < self.told.get() {
            actions.push(action);
        }
    }

    fn get(&self, url: &str) -> Result<HttpResponse, AAuthError> {
        let mut action = self.told_person.take().unwrap_or(json!({ "do": "poll", "url": url }));
        action["after"] = SLEPT.take().into();
        self.act(action);
        self.next()
    }

    fn post(&self, question: &str) -> Result<HttpResponse, AAuthError> {
        self.act(json!({ "do": "answer", "question": question }));
        self.next()
    }
}

fn response(message: &Value) -> Option<HttpResponse> {
    let body = match &message["body"] {
        Value::Null => Vec::new(),
        Value::String(text) => STANDARD.decode(text).ok()?,
        body => body.to_string().into_bytes(),
    };
    let lines = message.get("headers").cloned().unwrap_or(json!([]));
    let status = u16::try_from(message["status"].as_u64()?).ok()?;
    Some(HttpResponse { status, headers: headers(&lines)?, body })
}

/// A plain pending URL of a 202, at the origin that was asked: of others, the library gives no opinion.
fn pending_url(asked: &str, start: &HttpResponse) -> Option<String> {
    let origin = asked.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let location = start.header("location").filter(|_| start.status == 202)?;
    let path = location.strip_prefix(&origin).unwrap_or(location);
    (path.starts_with('/') && !path.starts_with("//")).then(|| format!("{origin}{path}"))
}

pub fn run_deferred(input: &Value) -> Answer {
    if input["role"].as_str().is_some_and(|role| role != "agent") {
        return Answer::Unsupported("the library is an agent's");
    }
    let messages = std::iter::once(&input["start"]).chain(input["responses"].as_array().into_iter().flatten());
    let Some(responses) = messages.map(response).collect::<Option<Vec<_>>>() else {
        return Answer::Unsupported("a response that the library's types cannot hold");
    };
    let Some(pending) = pending_url(text(input, "url"), &responses[0]) else {
        return Answer::Unsupported("the library's caller makes the original request and finds the pending URL");
    };
    let script = Script { responses, told: Cell::new(0), actions: RefCell::default(), told_person: RefCell::default() };
    SLEPT.set(0);
    let question = RefCell::new(String::new());
    let interact = |url: &str, code: &str| {
        // The library hands over {url}?code={code}.
        let url = url.strip_suffix(&format!("?code={code}")).unwrap_or(url);
        script.told_person.replace(Some(json!({ "do": "interact", "url": url, "code": code })));
    };
    let answer = |_url: &str, asked: &str| {
        question.replace(asked.to_string());
        Some("an answer".to_string())
    };
    let get = |url: &str| script.get(url);
    let post = |_url: &str, _body: &Value| script.post(&question.borrow());
    let callbacks = PollCallbacks {
        on_interaction: Some(&interact),
        on_clarification: Some(&answer),
        sign_and_send_post: Some(&post),
    };
    let options = PollOptions { sleep: |time: Duration| SLEPT.set(SLEPT.get() + time.as_secs()), ..Default::default() };
    let ended = poll_pending_url(&pending, &get, &callbacks, &options);
    script.act(match ended.success {
        true => json!({ "do": "finish" }),
        false => json!({ "do": "stop", "error": ended.error }),
    });
    Answer::Valid(json!({ "actions": script.actions.into_inner() }))
}
