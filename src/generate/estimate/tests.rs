use super::*;
use crate::generate::complete::Prompt;
use crate::generate::select::Task;
use crate::llm::Encoding;

const REPLY: &str = r#"{"docstrings":[{"id":"d1","summary":"…","description":null,"args":[{"name":"path","description":"…"}],"returns":"…","yields":null,"raises":[],"attributes":[],"examples":[],"notes":null}]}"#;

fn prompt() -> Prompt {
    Prompt {
        system: "You write docstrings. ".repeat(400),
        user: format!("Document this.\n{}\n{REPLY}\n", "| x = 1\n".repeat(500)),
        task: Task::Write,
        definitions: 1,
        limit: Tokens::new(500),
    }
}

fn weights(count: usize) -> Vec<Weight> {
    vec![weigh(&prompt()); count]
}

fn deployment(name: &str, model: &str) -> KnownDeployment {
    KnownDeployment {
        name: name.to_owned(),
        model: Some(model.to_owned()),
        price: Price::of(model),
        requests_per_minute: None,
        tokens_per_minute: None,
        concurrency: 10,
        room: 0,
    }
}

fn known(deployments: Vec<KnownDeployment>) -> Known {
    Known {
        deployments,
        ..Known::default()
    }
}

fn seen() -> Seen {
    Seen {
        requests: 100.0,
        prompt: 1.1,
        reply: 2.0,
        repairs: 0.5,
        repair_characters: 1.0,
        repair_reply: 0.25,
        reasoning: 300.0,
        latency: 4.0,
    }
}

fn estimate(count: usize, known: &Known) -> Estimate {
    Estimate::of(&weights(count), &Shape::default(), known)
}

#[test]
fn nothing_to_ask_takes_nothing() {
    let none = estimate(0, &known(vec![deployment("a", "gpt-4.1-mini")]));
    assert_eq!(
        (none.requests, none.prompt_tokens, none.output_tokens),
        (0, 0, 0)
    );
    assert_eq!(none.usd.map(|usd| usd.high), Some(0.0));
    assert_eq!((none.seconds, none.basis.repairs), (None, 0.0));
}

#[test]
fn a_prompt_s_beginning_is_cached_in_steps() {
    let of = |constant| cacheable(constant);
    assert_eq!(
        (of(1_023), of(1_024), of(1_151), of(1_152)),
        (0, 1_024, 1_024, 1_152)
    );
}

#[test]
fn money_is_a_range_and_never_zero_for_what_is_not_known() {
    let mini = known(vec![deployment("a", "gpt-4.1-mini")]);
    let estimate_of_mini = estimate(100, &mini);
    let usd = estimate_of_mini.usd.unwrap();
    assert!(0.0 < usd.low && usd.low < usd.high, "{usd:?}");
    let saved = number(estimate_of_mini.cacheable_tokens) * (0.4 - 0.1) / 1e6;
    assert!((usd.high - usd.low - saved).abs() < 1e-9, "{usd:?}");
    // One of two is not known.
    let both = known(vec![
        deployment("a", "gpt-4.1-mini"),
        deployment("b", "my-own"),
    ]);
    let both = estimate(100, &both);
    assert_eq!((both.usd, both.unpriced), (None, vec!["b".to_owned()]));
    // Where the cache's intake costs, it may cost more than it saves.
    let mut dear = deployment("a", "gpt-4.1-mini");
    dear.price = dear.price.map(|price| Price {
        cache_write: price.input * 1.25,
        ..price
    });
    let dear = estimate(100, &known(vec![dear])).usd.unwrap();
    assert!((dear.low - usd.high).abs() < 1e-9 && dear.high > usd.high);
}

#[test]
fn the_limit_that_binds_is_named() {
    let mut one = deployment("a", "gpt-4.1-mini");
    one.requests_per_minute = Some(60);
    let of = |one: &KnownDeployment, seen| {
        let known = Known {
            chain: 3,
            seen,
            ..known(vec![one.clone()])
        };
        estimate(100, &known)
    };
    let by_requests = of(&one, None);
    assert_eq!(by_requests.binding, Some(Binding::Requests));
    assert!(
        (by_requests.seconds.unwrap() - 105.0).abs() < 1e-9,
        "5 in 100 are repaired"
    );
    // A prompt of about 3,200 tokens by characters, and the output limit.
    one.tokens_per_minute = Some(20_000);
    let by_tokens = of(&one, None);
    assert_eq!(by_tokens.binding, Some(Binding::Tokens));
    assert!(by_tokens.seconds.unwrap() > 600.0, "{by_tokens:?}");
    (one.requests_per_minute, one.tokens_per_minute) = (None, None);
    assert_eq!(of(&one, None).seconds, None);
    let by_latency = of(&one, Some(seen()));
    assert_eq!(by_latency.binding, Some(Binding::Concurrency));
    assert_eq!(by_latency.seconds, Some(15.0 * 4.0));
    one.concurrency = 1_000;
    let in_order = of(&one, Some(seen()));
    assert_eq!(
        (in_order.binding, in_order.seconds),
        (Some(Binding::Order), Some(12.0))
    );
}

#[test]
fn what_earlier_runs_took_replaces_what_is_assumed() {
    let mini = known(vec![deployment("a", "gpt-4.1-mini")]);
    let assumed = estimate(100, &mini);
    let known = Known {
        seen: Some(seen()),
        ..mini
    };
    let learned = estimate(100, &known);
    assert_eq!((assumed.requests, learned.requests), (105, 150));
    // A half more requests, each as long, and a tenth more tokens of each.
    let ratio = number(learned.prompt_tokens) / number(assumed.prompt_tokens);
    assert!((1.55..1.63).contains(&ratio), "{ratio}");
    assert_eq!(learned.reasoning_tokens, 150 * 300);
    let words = number(learned.output_tokens - learned.reasoning_tokens);
    let ratio = words / (100.0 * assumed.basis.reply_tokens);
    assert!((ratio - 2.25).abs() < 0.01, "{ratio}");
    assert_eq!(learned.basis.seen_requests, 100);
}

#[test]
fn a_model_that_thinks_is_reckoned_with() {
    let mut one = deployment("a", "gpt-5-mini");
    one.room = 1_500;
    assert_eq!(
        estimate(100, &known(vec![one])).reasoning_tokens,
        105 * 1_000
    );
}

#[test]
fn several_deployments_share_the_work_by_their_quota() {
    let mut small = deployment("a", "gpt-4.1-mini");
    let mut large = deployment("b", "gpt-4.1");
    assert_eq!(
        shares(&known(vec![small.clone(), large.clone()])),
        [0.5, 0.5]
    );
    (small.tokens_per_minute, large.tokens_per_minute) = (Some(30_000), Some(90_000));
    assert_eq!(shares(&known(vec![small, large])), [0.25, 0.75]);
}

#[test]
fn a_reply_is_its_names_and_as_many_words_as_usual() {
    let weight = weigh(&prompt());
    let shape = Shape::default();
    let tokens = weight.reply(&shape);
    // Summary 10, perhaps more 6, an argument 9, what is returned 11.
    let words = 36.0;
    let frame = number(REPLY.chars().count()) * 0.264;
    assert!((tokens - words - frame).abs() < 1e-9, "{tokens}");
}

#[cfg(feature = "tokenizer")]
#[test]
fn where_the_encoding_is_known_tokens_are_counted() {
    let counted = Shape::of(&[prompt()], Some(Encoding::O200k));
    let estimate = Estimate::of(
        &weights(10),
        &counted,
        &Known {
            encoding: Some(Encoding::O200k),
            ..Known::default()
        },
    );
    assert_eq!(estimate.basis.tokens, Counted::Encoding(Encoding::O200k));
    let exact = |text: &str| {
        crate::llm::count_tokens(Encoding::O200k, text)
            .unwrap()
            .get()
    };
    let one = exact(&prompt().system) + exact(&prompt().user);
    let schema = exact(&crate::generate::reply_schema().to_string());
    let tokens = counted.prompt_tokens(&weights(1));
    // The rules and the schema are counted in one.
    assert!(tokens.abs_diff(one + schema + 11) <= 2, "{tokens}");
    let by_characters = Shape::of(&[prompt()], None);
    assert_eq!(by_characters, Shape::default());
}

#[test]
fn the_best_price_is_never_above_the_worst() {
    let price = Price {
        input: 1.0,
        cached_input: 1.0,
        cache_write: 1.0,
        output: 4.0,
        batch: None,
    };
    for prompt in 1_000..3_000 {
        let usage = Usage {
            prompt: Tokens::new(prompt),
            completion: Tokens::new(prompt / 10),
            ..Usage::default()
        };
        let one = KnownDeployment {
            price: Some(price),
            ..deployment("own", "own")
        };
        let range = dollars(usage, prompt / 3 * 2, &known(vec![one])).unwrap();
        assert!(range.low <= range.high, "{prompt}: {range:?}");
    }
}
