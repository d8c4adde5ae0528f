//! `docgen run --overwrite`: docstrings that are there are written anew, whatever their form.

use crate::support::project::Project;

const FORMS: &str = r#"'one' \
  'more'
import click


def raw(a):
    r"""Match \d."""  # kept
    return a


def concatenated():
    (
        "a"
        # first
        u"b"
        'c'  # second
    )


def suite(): "Old."; return 1


class C: '''Old.'''


@click.command()
def shown():
    """Show this.\f
    """
"#;

#[test]
fn every_form_is_replaced_and_comments_stay() {
    let project = Project::with(FORMS);
    let run = ["run", "--provider", "offline", "--no-report", "--overwrite"];
    project
        .docgen(&run)
        .exits(0)
        .says("coverage 100.0% to 100.0%");
    let text = project.read("app.py");
    insta::assert_snapshot!(text, @r#"
    """Provide the application module."""
    import click


    def raw(a):
        """Return `a`.

        Args:
            a: The value `a`.

        Returns:
            `a` as it was given.
        """  # kept
        return a


    def concatenated():
        (
            """Run this step."""
            # first
            # second
        )


    def suite():
        """Return the suite.

        Returns:
            The suite.
        """; return 1


    class C:
        """Represent a `C`."""


    @click.command()
    def shown():
        """Show this.\f
        """
    "#);
    project.docgen(&run).exits(0);
    assert_eq!(project.read("app.py"), text);
    project.docgen(&["check"]).exits(0);
}
