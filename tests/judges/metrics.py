"""Hold the metrics of a run to Prometheus' own reader of its text format.

    target/judges/venv/bin/python tests/judges/metrics.py

    DOCGEN  the program (default: target/release/docgen)
"""

import os
import pathlib
import subprocess
import tempfile

from prometheus_client.parser import text_string_to_metric_families

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCGEN = pathlib.Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve()

# A label's value may hold anything.
PROJECT = 'a "shop",\\ with {odd}=name\n'
SETTINGS = 'provider = "offline"\n[metrics]\nproject = "a \\"shop\\",\\\\ with {odd}=name\\n"\n'


def run(folder, *arguments):
    """Return the metric families that a run leaves, by name."""
    command = [DOCGEN, "run", "--no-report", "--metrics-file", "docgen.prom", *arguments]
    subprocess.run(command, cwd=folder, check=False, capture_output=True)
    text = (folder / "docgen.prom").read_text(encoding="utf-8")
    families = list(text_string_to_metric_families(text))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), names
    return {family.name: family for family in families}


def value(families, name, **labels):
    """Return the one sample with these labels."""
    found = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and {**sample.labels, **labels} == sample.labels
    ]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def main():
    """Judge the file after two runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "docgen.toml").write_text(SETTINGS, encoding="utf-8")
        (folder / "app.py").write_text("def f(): pass\n", encoding="utf-8")
        run(folder, "no-such-folder")
        families = run(folder)
        for family in families.values():
            assert family.name.startswith("docgen_"), family
            assert family.documentation, family
            assert family.type in {"counter", "gauge", "histogram"}, family
            for sample in family.samples:
                assert sample.labels["project"] == PROJECT, sample
                assert sample.timestamp is None, sample
                is_total = sample.name.endswith("_total")
                assert is_total == (family.type == "counter"), sample
        assert value(families, "docgen_runs_total", outcome="failed") == 1
        assert value(families, "docgen_runs_total", outcome="done") == 1
        assert value(families, "docgen_last_run_success") == 1
        assert value(families, "docgen_coverage_ratio", when="after") == 1
        assert value(families, "docgen_last_run_definitions", outcome="documented") == 2
        print(f"{len(families)} metrics, {sum(len(one.samples) for one in families.values())} samples: all read")


if __name__ == "__main__":
    main()
