//! Credentials that are known by their form: a prefix, a length and an alphabet that their issuer
//! gives them so that they can be recognised.
//!
//! Most issuers make their credentials recognisable for the benefit of secret scanners; RFC 7519
//! (JSON Web Tokens) and RFC 7468 (PEM) say what the general ones look like. A form that is too wide
//! masks a harmless word, and one that is too narrow leaves the other rules to find the secret.

use std::sync::LazyLock;

use regex::Regex;

/// A credential known by its form.
pub(super) struct Pattern {
    /// What it is, in words that a placeholder can hold.
    pub(super) kind: &'static str,
    /// Its form. Where it has a group, only the group is secret.
    pub(super) form: Regex,
}

/// All forms; a form that does not compile would be left out, which a test forbids.
pub(super) static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let compiled = FORMS.iter().filter_map(|(kind, form)| {
        let form = Regex::new(form).ok()?;
        Some(Pattern { kind, form })
    });
    compiled.collect()
});

/// Kind and form. Classes are spelled out, so that no Unicode tables are needed. A form begins with
/// what is rare, and has no bound above: what follows it without a gap is masked with it.
const FORMS: &[(&str, &str)] = &[
    // Clouds.
    ("AWS access key", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    ("AWS Bedrock key", "ABSK[A-Za-z0-9+/]{100,}=*"),
    ("Alibaba Cloud access key", "LTAI[A-Za-z0-9]{16,24}"),
    ("Tencent Cloud secret id", "AKID[A-Za-z0-9]{32}"),
    ("Google API key", "AIza[A-Za-z0-9_-]{35}"),
    ("Google OAuth client secret", "GOCSPX-[A-Za-z0-9_-]{28}"),
    ("Google OAuth token", "ya29\\.[A-Za-z0-9_-]{20,}"),
    ("Yandex Cloud API key", "AQVN[A-Za-z0-9_-]{35,38}"),
    ("DigitalOcean token", "do[opr]_v1_[a-f0-9]{64}"),
    ("Heroku API key", "HRKU-AA[A-Za-z0-9_-]{58}"),
    (
        "Fly.io token",
        "fo1_[A-Za-z0-9_-]{43}|fm[12][ar]?_[A-Za-z0-9+/=_-]{80,}",
    ),
    ("Netlify token", "nf[pcoub]_[A-Za-z0-9_]{36}"),
    ("Render API key", "rnd_[A-Za-z0-9]{28,}"),
    ("Scalingo token", "tk-us-[A-Za-z0-9_-]{48}"),
    (
        "Cloudflare origin CA key",
        "v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}",
    ),
    // Azure: client secrets, annotated keys, and the parts of connection strings.
    (
        "Azure client secret",
        "[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
    ),
    ("Azure AI key", "[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}"),
    ("Azure DevOps token", "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    (
        "Azure key",
        "[A-Za-z0-9+/]{30,80}(?:AzFu|ACDb|\\+ASt|AzSe|AzCa|\\+ACR|APIM|AIoT|\\+ARm|\\+AEh|\\+ASb)[A-Za-z0-9+/]{5,8}={0,2}",
    ),
    (
        "Azure connection key",
        "(?i-u:AccountKey|SharedAccessKey|SharedSecretValue|AccessKey)=([A-Za-z0-9+/]{20,}={0,2})",
    ),
    (
        "Azure SAS signature",
        "(?:[?&;]|SharedAccessSignature )?sig=([A-Za-z0-9%+/]{24,}=*)",
    ),
    // Code hosts and registries.
    ("GitHub token", "gh[opusr]_[A-Za-z0-9]{36,}"),
    ("GitHub token", "github_pat_[A-Za-z0-9_]{40,}"),
    (
        "GitLab token",
        "gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|wt|oas)-[A-Za-z0-9_.-]{20,}",
    ),
    ("GitLab runner token", "GR1348941[A-Za-z0-9_-]{20}"),
    ("Bitbucket app password", "ATBB[A-Za-z0-9]{32}"),
    ("Atlassian API token", "ATATT3[A-Za-z0-9_=-]{100,}"),
    ("Atlassian token", "ATCTT3[A-Za-z0-9_=-]{100,}"),
    ("npm token", "npm_[A-Za-z0-9]{36}"),
    ("PyPI token", "pypi-AgE[A-Za-z0-9_-]{50,}"),
    ("RubyGems key", "rubygems_[a-f0-9]{48}"),
    ("crates.io token", "cio[A-Za-z0-9]{32}"),
    ("NuGet key", "oy2[a-z0-9]{43}"),
    ("Clojars token", "CLOJARS_[A-Za-z0-9]{60}"),
    ("Docker token", "dckr_[op]at_[A-Za-z0-9_-]{27,}"),
    ("Artifactory key", "AKCp[A-Za-z0-9]{69}"),
    ("Artifactory token", "cmVmd[A-Za-z0-9]{59}"),
    (
        "Sourcegraph token",
        "sgp_(?:[A-Fa-f0-9]{16}_|local_)?[A-Fa-f0-9]{40}",
    ),
    ("SonarQube token", "sq[apu]_[a-f0-9]{40}"),
    ("Buildkite token", "bk[a-z]a_[a-f0-9]{40}"),
    (
        "CircleCI token",
        "CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}",
    ),
    ("Pulumi token", "pul-[a-f0-9]{40}"),
    (
        "Terraform token",
        "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,}",
    ),
    ("Vault token", "hv[bsr]\\.[A-Za-z0-9_-]{24,}"),
    (
        "Doppler token",
        "dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,}",
    ),
    ("Infracost key", "ico-[A-Za-z0-9]{32}"),
    ("Prefect key", "pn[bu]_[A-Za-z0-9]{36}"),
    ("Databricks token", "dapi[a-f0-9]{32}"),
    (
        "PlanetScale credential",
        "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}",
    ),
    (
        "Supabase key",
        "sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{22,}",
    ),
    ("ClickHouse key", "4b1d[A-Za-z0-9]{38}"),
    ("OpenShift token", "sha256~[A-Za-z0-9_-]{43}"),
    (
        "1Password secret key",
        "A3-[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
    ),
    ("1Password token", "ops_eyJ[A-Za-z0-9+/_-]{100,}=*"),
    ("age secret key", "AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    // Models.
    ("OpenAI key", "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}"),
    ("OpenAI key", "sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
    ("Anthropic key", "sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,}"),
    ("OpenRouter key", "sk-or-v1-[a-f0-9]{64}"),
    ("API key", "sk-[A-Za-z0-9]{32,}"),
    ("Hugging Face token", "(?:hf_|api_org_)[A-Za-z0-9]{34}"),
    ("Groq key", "gsk_[A-Za-z0-9]{52}"),
    ("Perplexity key", "pplx-[A-Za-z0-9]{48}"),
    ("xAI key", "xai-[A-Za-z0-9]{70,}"),
    ("Replicate token", "r8_[A-Za-z0-9]{37}"),
    ("LangSmith key", "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    ("Pinecone key", "pcsk_[A-Za-z0-9_]{60,}"),
    ("Tavily key", "tvly-[A-Za-z0-9-]{32,}"),
    // Messages and mail.
    (
        "Slack token",
        "xox[abeoprs](?:\\.xox[bp])?-[A-Za-z0-9-]{20,}",
    ),
    (
        "Slack app token",
        "xapp-[0-9]-[A-Z0-9]+-[0-9]+-[A-Za-z0-9]{20,}",
    ),
    (
        "Slack webhook",
        "hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/]{30,})",
    ),
    (
        "Discord webhook",
        "discord(?:app)?\\.com/api/webhooks/[0-9]{17,20}/([A-Za-z0-9_-]{60,})",
    ),
    (
        "Discord bot token",
        "[MNO][A-Za-z0-9_-]{23,25}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,}",
    ),
    (
        "Teams webhook",
        "webhook\\.office\\.com/webhookb2/([A-Za-z0-9@/-]{60,})",
    ),
    ("Telegram bot token", "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    ("SendGrid key", "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"),
    (
        "Brevo key",
        "x(?:keysib|smtpsib)-[a-f0-9]{64}-[A-Za-z0-9]{16}",
    ),
    ("Mailgun key", "key-[a-f0-9]{32}"),
    ("Mailchimp key", "[a-f0-9]{32}-us[0-9]{1,2}"),
    ("Twilio API key", "SK[a-f0-9]{32}"),
    // Payment and trade.
    ("Stripe key", "[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,}"),
    ("webhook secret", "whsec_[A-Za-z0-9+/=]{24,}"),
    ("Square token", "sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}"),
    ("Square token", "EAAA[A-Za-z0-9_-]{60}"),
    ("Facebook token", "EAA[A-Za-z0-9]{100,}"),
    ("Shopify token", "shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    (
        "Plaid token",
        "access-(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
    ),
    ("Razorpay key", "rzp_(?:live|test)_[A-Za-z0-9]{14}"),
    (
        "Flutterwave key",
        "FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,}(?:-X)?",
    ),
    ("EasyPost key", "EZ[AT]K[A-Za-z0-9]{54}"),
    ("Shippo token", "shippo_(?:live|test)_[a-f0-9]{40}"),
    ("Duffel token", "duffel_(?:live|test)_[A-Za-z0-9_-]{43}"),
    ("Adobe client secret", "p8e-[A-Za-z0-9]{32}"),
    // Observation and work.
    (
        "Grafana token",
        "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}=*",
    ),
    ("New Relic key", "NR(?:AK|II|JS|AA)-[A-Za-z0-9_-]{19,}"),
    ("Sentry token", "sntry[su]_[A-Za-z0-9+/=_-]{60,}"),
    (
        "Dynatrace token",
        "dt0[a-z][0-9]{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}",
    ),
    ("Linear key", "lin_(?:api|oauth)_[A-Za-z0-9]{40}"),
    ("Notion token", "ntn_[A-Za-z0-9]{40,}"),
    ("Postman key", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("Figma token", "fig[duo]_[A-Za-z0-9_-]{40,}"),
    ("Airtable token", "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}"),
    (
        "Asana token",
        "[12]/[0-9]{16,}(?:/[0-9]{16,})?:[a-f0-9]{32}",
    ),
    (
        "HubSpot token",
        "pat-(?:na|eu)[0-9]-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
    ),
    ("Contentful token", "CFPAT-[A-Za-z0-9_-]{43}"),
    ("Typeform token", "tfp_[A-Za-z0-9_.=-]{59}"),
    ("ReadMe key", "rdme_[a-z0-9]{70}"),
    ("Dropbox token", "sl\\.[A-Za-z0-9_.=-]{130,}"),
    (
        "Mapbox token",
        "sk\\.eyJ[A-Za-z0-9_-]{40,}\\.[A-Za-z0-9_-]{20,}",
    ),
    // Forms that anybody issues.
    (
        "JSON web token",
        "eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]*",
    ),
    ("password hash", "\\$2[abxy]\\$[0-9]{2}\\$[A-Za-z0-9./]{53}"),
    ("authorization", "(?i-u:Basic) ([A-Za-z0-9+/]{16,}={0,2})"),
    ("authorization", "(?i-u:Bearer) ([A-Za-z0-9_~.+/-]{16,}=*)"),
    (
        "password",
        "[A-Za-z][A-Za-z0-9+.-]*://[^ \\t\\r\\n:/@\"'<>{}()]*:([^ \\t\\r\\n/@\"'<>{}()]{3,})@",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_compiles_and_none_matches_nothing() {
        assert_eq!(PATTERNS.len(), FORMS.len());
        for pattern in PATTERNS.iter() {
            assert!(!pattern.form.is_match(""), "{}", pattern.kind);
        }
    }
}
