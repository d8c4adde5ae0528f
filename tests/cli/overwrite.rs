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
    """Define raw, concatenated, suite and 2 more names."""
    import click


    def raw(a):
        """Return the raw.

        Args:
            a: The a.

        Returns:
            The result.
        """  # kept
        return a


    def concatenated():
        (
            """Run the concatenated step."""
            # first
            # second
        )


    def suite():
        """Return the suite.

        Returns:
            The result.
        """; return 1


    class C:
        """Represent a c."""


    @click.command()
    def shown():
        """Show this.\f
        """
    "#);
    project.docgen(&run).exits(0);
    assert_eq!(project.read("app.py"), text);
    project.docgen(&["check"]).exits(0);
}
