use std::collections::BTreeMap;

use super::*;
use crate::llm::{Bill, DeploymentStats, KnownModel, Tokens};
use crate::report::{FolderReport, QualityChange, Totals};
use crate::rules::Coverage;
use crate::store::ReplyTally;

fn record(end: RequestEnd, milliseconds: u64, attempt: u32) -> RequestRecord {
    RequestRecord {
        number: 1,
        operation: Operation::Chat,
        about: "app.py".to_owned(),
        target: Target::sample("docs", "one.example"),
        sent_at: SystemTime::UNIX_EPOCH,
        waited: Duration::ZERO,
        held_by: None,
        latency: Duration::from_millis(milliseconds),
        attempt,
        is_follow_up: false,
        status: Some(200),
        end,
        model: None,
        characters: 100,
        admitted: Tokens::new(100),
        usage: Usage::default(),
        usd: None,
        request_id: None,
    }
}

fn stats() -> Stats {
    let usage = Usage {
        prompt: Tokens::new(1_000),
        completion: Tokens::new(300),
        cached: Tokens::new(600),
        reasoning: Tokens::new(100),
        ..Usage::default()
    };
    let bill = Bill {
        usd: 0.1,
        unpriced: 0,
        priced: 2,
    };
    Stats {
        requests: 3,
        retries: 1,
        throttled: 1,
        usage,
        bill,
        records: vec![
            record(RequestEnd::Answered, 900, 1),
            record(RequestEnd::Throttled, 20, 1),
            record(RequestEnd::Answered, 2_000, 2),
        ],
        held: BTreeMap::from([(Hold::Tokens, Duration::from_millis(1_500))]),
        busy: Duration::from_secs(3),
        deployments: vec![DeploymentStats {
            target: Target::sample("docs", "one.example"),
            model: KnownModel::default(),
            requests: 3,
            failures: 1,
            throttled: 1,
            usage,
            bill,
            concurrency: 4,
            peak_in_flight: 2,
            given_up: None,
        }],
        ..Stats::default()
    }
}

fn report() -> RunReport {
    let covered = Coverage {
        needed: 8,
        documented: 2,
    };
    RunReport {
        provider: "Azure OpenAI deployment docs".to_owned(),
        files_read: 4,
        before: covered,
        folders: vec![FolderReport {
            folder: String::new(),
            files: 4,
            before: covered,
            after: covered,
            totals: Totals::default(),
            quality: QualityChange::default(),
        }],
        cache: Some(crate::report::CacheReport {
            tally: ReplyTally {
                hits: 2,
                misses: 4,
                ..ReplyTally::default()
            },
            bytes: Some(4096),
        }),
        ..RunReport::default()
    }
}

fn written_by(
    project: &str,
    ending: Ending,
    data: Option<(&RunReport, &Stats)>,
    earlier: &str,
) -> String {
    let run = RunMetrics {
        project,
        ending,
        ended_at: SystemTime::UNIX_EPOCH + Duration::from_millis(1_790_000_000_500),
        elapsed: Duration::from_millis(12_345),
        report: data.map(|(report, _)| report),
        stats: data.map(|(_, stats)| stats),
    };
    run_metrics(&run, Some(earlier)).unwrap()
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is the whole file")]
fn a_run_is_told_in_full() {
    let (report, stats) = (report(), stats());
    let text = written_by("shop", Ending::Findings, Some((&report, &stats)), "");
    insta::assert_snapshot!(text, @r#"
    # HELP docgen_build_info The version of docgen that ran last; always 1.
    # TYPE docgen_build_info gauge
    docgen_build_info{project="shop",version="0.1.0"} 1
    # HELP docgen_runs_total Runs, by how they ended.
    # TYPE docgen_runs_total counter
    docgen_runs_total{project="shop",outcome="done"} 0
    docgen_runs_total{project="shop",outcome="failed"} 0
    docgen_runs_total{project="shop",outcome="findings"} 1
    docgen_runs_total{project="shop",outcome="interrupted"} 0
    # HELP docgen_last_run_timestamp_seconds When the last run ended, in seconds since 1970.
    # TYPE docgen_last_run_timestamp_seconds gauge
    docgen_last_run_timestamp_seconds{project="shop"} 1790000000
    # HELP docgen_last_run_duration_seconds How long the last run took.
    # TYPE docgen_last_run_duration_seconds gauge
    docgen_last_run_duration_seconds{project="shop"} 12.345
    # HELP docgen_last_run_success Whether the last run did its work: 1, also if something was left undocumented; else 0.
    # TYPE docgen_last_run_success gauge
    docgen_last_run_success{project="shop"} 1
    # HELP docgen_coverage_ratio Documented definitions of those that need a docstring, 0 to 1, before and after the last run.
    # TYPE docgen_coverage_ratio gauge
    docgen_coverage_ratio{project="shop",when="after"} 0.25
    docgen_coverage_ratio{project="shop",when="before"} 0.25
    # HELP docgen_definitions_needed Definitions that need a docstring.
    # TYPE docgen_definitions_needed gauge
    docgen_definitions_needed{project="shop"} 8
    # HELP docgen_definitions_documented Definitions of those that have one, before and after the last run.
    # TYPE docgen_definitions_documented gauge
    docgen_definitions_documented{project="shop",when="after"} 2
    docgen_definitions_documented{project="shop",when="before"} 2
    # HELP docgen_last_run_files Files that the last run looked at.
    # TYPE docgen_last_run_files gauge
    docgen_last_run_files{project="shop"} 4
    # HELP docgen_definitions_total What became of definitions, over all runs.
    # TYPE docgen_definitions_total counter
    docgen_definitions_total{project="shop",outcome="documented"} 0
    docgen_definitions_total{project="shop",outcome="failed"} 0
    docgen_definitions_total{project="shop",outcome="mended"} 0
    docgen_definitions_total{project="shop",outcome="rejected"} 0
    docgen_definitions_total{project="shop",outcome="skipped"} 0
    # HELP docgen_last_run_definitions What became of definitions in the last run.
    # TYPE docgen_last_run_definitions gauge
    docgen_last_run_definitions{project="shop",outcome="documented"} 0
    docgen_last_run_definitions{project="shop",outcome="failed"} 0
    docgen_last_run_definitions{project="shop",outcome="mended"} 0
    docgen_last_run_definitions{project="shop",outcome="rejected"} 0
    docgen_last_run_definitions{project="shop",outcome="skipped"} 0
    # HELP docgen_cache_lookups_total Definitions that were looked for in the cache: hits were remembered, misses had to be asked about.
    # TYPE docgen_cache_lookups_total counter
    docgen_cache_lookups_total{project="shop",result="hit"} 2
    docgen_cache_lookups_total{project="shop",result="miss"} 4
    # HELP docgen_cache_size_bytes The size of the cache's file.
    # TYPE docgen_cache_size_bytes gauge
    docgen_cache_size_bytes{project="shop"} 4096
    # HELP docgen_requests_total HTTP requests to the model, those sent again included, by what came of them.
    # TYPE docgen_requests_total counter
    docgen_requests_total{project="shop",deployment="docs",host="one.example",operation="chat",result="answered"} 2
    docgen_requests_total{project="shop",deployment="docs",host="one.example",operation="chat",result="failed"} 0
    docgen_requests_total{project="shop",deployment="docs",host="one.example",operation="chat",result="throttled"} 1
    # HELP docgen_retries_total HTTP requests that repeated one which had failed.
    # TYPE docgen_retries_total counter
    docgen_retries_total{project="shop",deployment="docs",host="one.example"} 1
    # HELP docgen_tokens_total Tokens as the service counted them; no token is in two kinds.
    # TYPE docgen_tokens_total counter
    docgen_tokens_total{project="shop",deployment="docs",host="one.example",kind="cached_input"} 600
    docgen_tokens_total{project="shop",deployment="docs",host="one.example",kind="input"} 400
    docgen_tokens_total{project="shop",deployment="docs",host="one.example",kind="output"} 200
    docgen_tokens_total{project="shop",deployment="docs",host="one.example",kind="reasoning"} 100
    # HELP docgen_cost_usd_total US dollars by list prices, as far as the models' prices are known.
    # TYPE docgen_cost_usd_total counter
    docgen_cost_usd_total{project="shop",deployment="docs",host="one.example"} 0.1
    # HELP docgen_unpriced_requests_total Answered requests of a model whose price is not known: the cost is without them.
    # TYPE docgen_unpriced_requests_total counter
    docgen_unpriced_requests_total{project="shop",deployment="docs",host="one.example"} 0
    # HELP docgen_request_duration_seconds From sending a request to its whole answer, of those that were answered.
    # TYPE docgen_request_duration_seconds histogram
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="0.25"} 0
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="0.5"} 0
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="1"} 1
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="2"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="4"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="8"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="16"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="32"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="64"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="128"} 2
    docgen_request_duration_seconds_bucket{project="shop",deployment="docs",host="one.example",le="+Inf"} 2
    docgen_request_duration_seconds_sum{project="shop",deployment="docs",host="one.example"} 2.9
    docgen_request_duration_seconds_count{project="shop",deployment="docs",host="one.example"} 2
    # HELP docgen_last_run_requests HTTP requests of the last run, by what came of them.
    # TYPE docgen_last_run_requests gauge
    docgen_last_run_requests{project="shop",result="answered"} 2
    docgen_last_run_requests{project="shop",result="failed"} 0
    docgen_last_run_requests{project="shop",result="throttled"} 1
    # HELP docgen_last_run_tokens Tokens of the last run; no token is in two kinds.
    # TYPE docgen_last_run_tokens gauge
    docgen_last_run_tokens{project="shop",kind="cached_input"} 600
    docgen_last_run_tokens{project="shop",kind="input"} 400
    docgen_last_run_tokens{project="shop",kind="output"} 200
    docgen_last_run_tokens{project="shop",kind="reasoning"} 100
    # HELP docgen_last_run_cost_usd US dollars of the last run, as far as the models' prices are known.
    # TYPE docgen_last_run_cost_usd gauge
    docgen_last_run_cost_usd{project="shop"} 0.1
    # HELP docgen_held_seconds_total Time in which the next request was held back, by what held it.
    # TYPE docgen_held_seconds_total counter
    docgen_held_seconds_total{project="shop",cause="concurrency"} 0
    docgen_held_seconds_total{project="shop",cause="down"} 0
    docgen_held_seconds_total{project="shop",cause="pause"} 0
    docgen_held_seconds_total{project="shop",cause="requests"} 0
    docgen_held_seconds_total{project="shop",cause="shared"} 0
    docgen_held_seconds_total{project="shop",cause="tokens"} 1.5
    # HELP docgen_busy_seconds_total Time in which any request was in flight.
    # TYPE docgen_busy_seconds_total counter
    docgen_busy_seconds_total{project="shop"} 3
    "#);
}

#[test]
fn counters_go_on_and_gauges_are_of_the_last_run() {
    let (report, stats) = (report(), stats());
    let data = Some((&report, &stats));
    let once = written_by("shop", Ending::Done, data, "");
    let twice = written_by("shop", Ending::Done, data, &once);
    let value = |text: &str, series: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(series));
        let value = line.unwrap_or_else(|| panic!("no {series} in\n{text}"));
        value.rsplit(' ').next().unwrap().parse().unwrap()
    };
    for (series, first, second) in [
        (
            "docgen_runs_total{project=\"shop\",outcome=\"done\"}",
            1.0,
            2.0,
        ),
        ("docgen_cost_usd_total", 0.1, 0.2),
        ("docgen_last_run_cost_usd", 0.1, 0.1),
        (
            "docgen_cache_lookups_total{project=\"shop\",result=\"miss\"}",
            4.0,
            8.0,
        ),
        ("docgen_cache_size_bytes", 4096.0, 4096.0),
        ("docgen_request_duration_seconds_sum", 2.9, 5.8),
        ("docgen_request_duration_seconds_count", 2.0, 4.0),
        (
            "docgen_held_seconds_total{project=\"shop\",cause=\"tokens\"}",
            1.5,
            3.0,
        ),
    ] {
        assert!((value(&once, series) - first).abs() < 1e-9, "{series}");
        assert!((value(&twice, series) - second).abs() < 1e-9, "{series}");
    }
    let bucket = "docgen_request_duration_seconds_bucket{project=\"shop\",deployment=\"docs\",host=\"one.example\",le=";
    for (bound, count) in [("0.5", 0.0), ("1", 2.0), ("2", 4.0), ("+Inf", 4.0)] {
        assert!((value(&twice, &format!("{bucket}\"{bound}\"")) - count).abs() < 1e-9);
    }
}

#[test]
fn a_run_that_failed_keeps_what_is_known_and_says_so() {
    let (report, stats) = (report(), stats());
    let before = written_by("shop", Ending::Done, Some((&report, &stats)), "");
    let after = written_by("shop", Ending::Failed, None, &before);
    for line in [
        "docgen_last_run_success{project=\"shop\"} 0",
        "docgen_runs_total{project=\"shop\",outcome=\"done\"} 1",
        "docgen_runs_total{project=\"shop\",outcome=\"failed\"} 1",
        "docgen_coverage_ratio{project=\"shop\",when=\"before\"} 0.25",
        "docgen_last_run_cost_usd{project=\"shop\"} 0",
        "docgen_cost_usd_total{project=\"shop\",deployment=\"docs\",host=\"one.example\"} 0.1",
    ] {
        assert!(
            after.lines().any(|one| one == line),
            "no {line} in\n{after}"
        );
    }
}

#[test]
fn projects_can_share_a_file() {
    let (report, stats) = (report(), stats());
    let one = written_by("one", Ending::Done, Some((&report, &stats)), "");
    let both = written_by("two", Ending::Failed, None, &one);
    for line in one.lines().filter(|line| !line.starts_with('#')) {
        assert!(both.lines().any(|other| other == line), "{line} is gone");
    }
    let has = |text: &str| both.contains(text);
    assert!(has("docgen_last_run_success{project=\"two\"} 0"));
    assert_eq!(both.matches("# TYPE docgen_runs_total ").count(), 1);
}

#[test]
fn labels_are_escaped_and_found_again() {
    let odd = "a \"b\"\\c\nd, {e}=1";
    let once = written_by(odd, Ending::Done, None, "");
    assert!(once.contains(r#"project="a \"b\"\\c\nd, {e}=1""#), "{once}");
    let twice = written_by(odd, Ending::Done, None, &once);
    assert!(twice.contains("outcome=\"done\"} 2\n"), "{twice}");
}

#[test]
fn a_file_that_is_not_docgen_s_is_not_taken_for_one() {
    let run = RunMetrics {
        project: "shop",
        ending: Ending::Done,
        ended_at: SystemTime::UNIX_EPOCH,
        elapsed: Duration::ZERO,
        report: None,
        stats: None,
    };
    for text in [
        "def f(): pass\n",
        "# A page\n",
        "# HELP node_load1 1m\nnode_load1 0.5\n",
        "docgen_runs_total{project=\"a\"} many\n",
        "docgen_runs_total 1\n",
    ] {
        assert!(run_metrics(&run, Some(text)).is_none(), "{text}");
    }
    assert!(run_metrics(&run, Some("\n")).is_some());
}
