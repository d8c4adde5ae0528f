//! Every status, every way to name a wait, and the arithmetic of attempts.

use std::num::NonZeroU32;

use super::*;
use crate::llm::Completion;
use crate::llm::error::Service;
use crate::llm::wire::read_completion;

const POLICY: Retry = Retry {
    max_attempts: NonZeroU32::new(4).unwrap(),
    initial_backoff: Duration::from_millis(500),
    max_backoff: Duration::from_secs(8),
    max_retry_after: Duration::from_mins(2),
    deadline: Duration::from_mins(10),
};

fn read(status: u16, headers: &[(&'static str, &str)], body: &str) -> Verdict<Completion> {
    let target = Target {
        service: Service::Azure,
        name: "docs".into(),
        host: "example.com".into(),
    };
    let headers = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    let answer = Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: body.as_bytes().to_vec(),
    };
    classify(
        &answer,
        read_completion,
        &target,
        &POLICY,
        SystemTime::UNIX_EPOCH,
    )
}

fn name(verdict: &Verdict<Completion>) -> &'static str {
    match verdict {
        Verdict::Completed(_) => "completed",
        Verdict::Adapt(..) => "adapt",
        Verdict::Retry(again) => match again.sign {
            Sign::Throttled(_) => "wait together",
            Sign::Overloaded => "retry with less at once",
            Sign::Broken => "retry",
        },
        Verdict::Fail(error) => match error {
            LlmError::ContentFiltered { .. } => "filtered",
            LlmError::ContextTooLong => "context",
            LlmError::OutputLimit { .. } => "output limit",
            LlmError::Unauthorized { .. } => "unauthorized",
            LlmError::Forbidden { .. } => "forbidden",
            LlmError::NotFound { .. } => "not found",
            LlmError::Unsupported { .. } => "unsupported",
            LlmError::QuotaExhausted { .. } => "quota",
            LlmError::BadRequest { .. } => "bad request",
            LlmError::Rejected { .. } => "rejected",
            _ => "other",
        },
    }
}

#[test]
fn every_standard_status_has_its_verdict() {
    let mut table: Vec<String> = Vec::new();
    let mut current = "";
    for status in 200..=599 {
        if StatusCode::from_u16(status)
            .unwrap()
            .canonical_reason()
            .is_none()
        {
            continue;
        }
        let verdict = name(&read(status, &[], ""));
        if verdict != current {
            current = verdict;
            table.push(format!("{status}: {verdict}"));
        }
    }
    // An empty answer is malformed whatever 2xx it has.
    let expected = "200: retry\n300: rejected\n400: bad request\n401: unauthorized\n402: rejected\n\
                    403: forbidden\n404: not found\n405: rejected\n408: retry with less at once\n409: retry\n410: rejected\n\
                    413: context\n414: rejected\n422: bad request\n423: rejected\n\
                    429: wait together\n431: rejected\n500: retry\n\
                    503: retry with less at once\n505: retry";
    assert_eq!(table.join("\n"), expected);
}

#[test]
fn a_400_is_told_apart_by_its_words() {
    for (body, expected) in [
        (
            r#"{"error":{"code":"content_filter","message":"m"}}"#,
            "filtered",
        ),
        (
            r#"{"error":{"code":"context_length_exceeded","message":"m"}}"#,
            "context",
        ),
        (
            r#"{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached."}}"#,
            "output limit",
        ),
        (
            r#"{"error":{"message":"Unrecognized request argument supplied: temperature"}}"#,
            "adapt",
        ),
        (
            r#"{"error":{"message":"The chatCompletion operation does not work with the specified model, x."}}"#,
            "unsupported",
        ),
        (
            r#"{"error":{"code":"BadRequest","message":"API version not supported"}}"#,
            "unsupported",
        ),
        (
            r#"{"error":{"message":"Model x is enabled only for api versions 2024-12-01-preview and later"}}"#,
            "unsupported",
        ),
        (
            r#"{"error":{"message":"Invalid schema for response_format 'r'","param":"response_format"}}"#,
            "bad request",
        ),
        ("<html>", "bad request"),
    ] {
        assert_eq!(name(&read(400, &[], body)), expected, "{body}");
    }
    let gateway = r#"{"error":{"code":500,"message":"the request exceeds the available context size.","type":"exceed_context_size_error"}}"#;
    assert_eq!(name(&read(500, &[], gateway)), "context");
    assert_eq!(name(&read(200, &[], gateway)), "context");
}

#[test]
fn a_429_that_waiting_does_not_cure_ends_the_request() {
    let spent = r#"{"error":{"code":"insufficient_quota","message":"m"}}"#;
    assert_eq!(name(&read(429, &[("retry-after", "1")], spent)), "quota");
    assert_eq!(name(&read(429, &[("retry-after", "86400")], "")), "quota");
    let words = r#"{"error":{"code":"429","message":"Please retry after 86400 seconds."}}"#;
    assert_eq!(name(&read(429, &[], words)), "quota");
    assert_eq!(
        name(&read(429, &[("retry-after", "120")], "")),
        "wait together"
    );
}

#[test]
fn waits_are_read_wherever_they_are_named() {
    let after = |headers: &[(&'static str, &str)], message: &str| {
        let body = serde_json::json!({"error": {"message": message}}).to_string();
        match read(429, headers, &body) {
            Verdict::Retry(again) => again.after,
            verdict => panic!("{verdict:?}"),
        }
    };
    let wait = |milliseconds| Some(Duration::from_millis(milliseconds));
    let both = [("retry-after", "9"), ("retry-after-ms", "750")];
    assert_eq!(after(&both, ""), wait(750));
    let zero = [("retry-after", "9"), ("retry-after-ms", "0")];
    assert_eq!(after(&zero, ""), wait(9000));
    assert_eq!(after(&[("retry-after", "1.5")], ""), wait(1500));
    let date = [("retry-after", "Thu, 01 Jan 1970 00:01:00 GMT")];
    assert_eq!(after(&date, ""), wait(60_000));
    for nonsense in ["soon", "-3", "NaN", "0", "1e999"] {
        assert_eq!(after(&[("retry-after", nonsense)], ""), None, "{nonsense}");
    }
    assert_eq!(
        after(&[], "Please retry after 8 seconds. Or call"),
        wait(8000)
    );
    assert_eq!(
        after(&[], "Rate limit is exceeded. Try again in 2 seconds."),
        wait(2000)
    );
    assert_eq!(after(&[], "Please try again in 750ms."), wait(750));
    assert_eq!(after(&[], "Please try again in 1.25s."), wait(1250));
    assert_eq!(after(&[], "try again in 3 milliseconds"), wait(3));
    assert_eq!(after(&[], "Please retry after some time"), None);
}

#[test]
fn a_5xx_obeys_a_wait_up_to_the_cap() {
    let Verdict::Retry(again) = read(503, &[("retry-after", "86400")], "") else {
        panic!("a 503 is repeated");
    };
    assert_eq!(again.after, Some(POLICY.max_retry_after));
}

#[test]
fn attempts_end_with_their_number_or_the_deadline() {
    let now = Instant::now();
    let again = |after| Again {
        failure: Failure::Broken(String::new()),
        after,
        sign: Sign::Broken,
    };
    let mut attempts = Attempts::new(POLICY);
    for ceiling in [500, 1000, 2000] {
        attempts.begin(now).unwrap();
        assert_eq!(attempts.backoff_ceiling(), Duration::from_millis(ceiling));
        let wait = attempts.next_wait(again(None), now).unwrap();
        assert!(wait <= attempts.backoff_ceiling());
    }
    attempts.begin(now).unwrap();
    assert_eq!(
        attempts.next_wait(again(None), now),
        Err(Failure::Broken(String::new()))
    );
    attempts.discount();
    let long = Some(Duration::from_secs(100));
    let at = |seconds| now + Duration::from_secs(seconds);
    assert!(attempts.next_wait(again(long), at(500)).is_ok());
    assert!(attempts.next_wait(again(long), at(501)).is_err());
    assert_eq!(attempts.begin(at(601)), Err(Failure::Broken(String::new())));
    attempts.sent = u32::MAX;
    assert_eq!(attempts.backoff_ceiling(), POLICY.max_backoff);
}

#[test]
fn a_429_says_which_quota_is_used_up_and_costs_no_attempt() {
    let exceeded = |message: &str| {
        let body = serde_json::json!({"error": {"code": "429", "message": message}}).to_string();
        match read(429, &[], &body) {
            Verdict::Retry(again) => again.sign,
            verdict => panic!("{verdict:?}"),
        }
    };
    let words = "Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your \
                 current OpenAI S0 pricing tier.";
    assert_eq!(exceeded(words), Sign::Throttled(Exceeded::Requests));
    let words = words.replace("call rate", "token rate");
    assert_eq!(exceeded(&words), Sign::Throttled(Exceeded::Tokens));

    let now = Instant::now();
    let mut attempts = Attempts::new(POLICY);
    for _ in 0..20 {
        attempts.begin(now).unwrap();
        let Verdict::Retry(again) = read(429, &[("retry-after", "1")], "") else {
            panic!("a 429 is repeated");
        };
        assert_eq!(attempts.next_wait(again, now), Ok(Duration::from_secs(1)));
    }
    assert_eq!(attempts.sent(), 20);
}

#[test]
fn an_internal_error_about_the_reply_format_is_no_accident() {
    let body = r#"{"error":{"code":500,"message":"response_format json_schema is not supported"}}"#;
    assert_eq!(name(&read(500, &[], body)), "adapt");
    assert_eq!(name(&read(500, &[], "{}")), "retry");
}
