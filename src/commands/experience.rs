//! What earlier runs took, made use of by the next.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use crate::generate::{Counted, Estimate, Seen};
use crate::llm::{Operation, RequestRecord, Stats};
use crate::store::{Experience, Taken, read_experience};

/// First requests that an assumption counts for beside what was seen: a short run shows little.
const DOUBT: f64 = 5.0;

/// What earlier runs in the project at `root` took at these deployments, by their names and hosts, where
/// tokens are counted as they were.
pub(super) fn seen(root: &Path, targets: &[String], counted: Counted) -> Option<Seen> {
    let known = read_experience(root, SystemTime::now());
    let mut all = Experience::default();
    let mut comparable = Experience::default();
    for (_, one) in known.iter().filter(|(target, _)| targets.contains(target)) {
        all.add(one, 1.0);
        if one.counted == name(counted) {
            comparable.add(one, 1.0);
        }
    }
    let (first, again) = (all.first, all.follow_up);
    if first.requests < 1.0 {
        return None;
    }
    let share = |part: f64, whole: f64, most: f64| {
        let share = part / whole;
        (share.is_finite() && share > 0.0).then(|| share.min(most))
    };
    let each = |part: f64, of: Taken| part / of.requests;
    let requests = first.requests + again.requests;
    let assumed = Seen::REPAIRS * DOUBT;
    Some(Seen {
        requests: first.requests,
        prompt: share(
            comparable.first.prompt_tokens,
            comparable.expected_prompt_tokens,
            8.0,
        )
        .unwrap_or(1.0),
        reply: share(first.reply_tokens, all.expected_reply_tokens, 20.0).unwrap_or(1.0),
        repairs: share(again.requests + assumed, first.requests + DOUBT, 8.0)
            .unwrap_or(Seen::REPAIRS),
        repair_characters: share(
            each(again.characters, again),
            each(first.characters, first),
            2.0,
        )
        .unwrap_or(Seen::REPAIR_CHARACTERS),
        repair_reply: share(
            each(again.reply_tokens, again),
            each(first.reply_tokens, first),
            2.0,
        )
        .unwrap_or(Seen::REPAIR_REPLY),
        reasoning: share(
            first.reasoning_tokens + again.reasoning_tokens,
            requests,
            1e6,
        )
        .unwrap_or(0.0),
        latency: share(first.seconds + again.seconds, requests, 3_600.0).unwrap_or(0.0),
    })
}

/// What a run took, by deployment, beside what it was likely to take.
pub(super) fn experience(stats: &Stats, estimate: &Estimate) -> BTreeMap<String, Experience> {
    let mut runs: BTreeMap<String, Experience> = BTreeMap::new();
    let answered = |one: &&RequestRecord| one.is_answered() && one.operation == Operation::Chat;
    for record in stats.records.iter().filter(answered) {
        // Who says nothing of its tokens teaches nothing.
        if record.usage.prompt.get() == 0 {
            continue;
        }
        let run = runs.entry(record.target.to_string()).or_default();
        let taken = taken(record);
        if record.is_follow_up {
            run.follow_up.add(&taken, 1.0);
        } else {
            run.first.add(&taken, 1.0);
        }
    }
    let basis = &estimate.basis;
    for run in runs.values_mut() {
        name(basis.tokens).clone_into(&mut run.counted);
        run.expected_prompt_tokens = run.first.characters * basis.tokens_per_character;
        run.expected_reply_tokens = run.first.requests * basis.reply_tokens;
    }
    runs
}

fn taken(record: &RequestRecord) -> Taken {
    let usage = record.usage;
    let reply = usage.completion.get().saturating_sub(usage.reasoning.get());
    #[expect(clippy::cast_precision_loss, reason = "figures of one request")]
    let taken = Taken {
        requests: 1.0,
        characters: record.characters as f64,
        prompt_tokens: usage.prompt.get() as f64,
        reply_tokens: reply as f64,
        reasoning_tokens: usage.reasoning.get() as f64,
        seconds: record.latency.as_secs_f64(),
    };
    taken
}

fn name(counted: Counted) -> &'static str {
    match counted {
        Counted::Encoding(encoding) => encoding.name(),
        Counted::Characters => "characters",
    }
}
