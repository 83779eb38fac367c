//! `waymark init`: from nothing to a configuration and a catalog with one's own names in it, in at most five questions.

use std::{
    fs,
    io::{BufRead, IsTerminal as _, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use rust_embed::RustEmbed;

use super::yaml;
use crate::config::{Ci, InitArgs};

/// What is written, with the answers to put in.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../platform/init"]
struct Starter;

/// The answers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answers {
    organisation: String,
    team: String,
    person: String,
    service: String,
    ci: Ci,
}

/// Letters that one answer may have.
const LONGEST_ANSWER: usize = 100;

/// `waymark init`
///
/// # Errors
/// When an answer is missing or cannot be used, or a file is there already or cannot be written.
pub(super) fn init(args: &InitArgs) -> anyhow::Result<()> {
    let input = std::io::stdin();
    let may_ask = !args.yes && input.is_terminal();
    let answers = ask(args, may_ask, &mut input.lock(), &mut std::io::stderr())?;
    let files = files(&answers)?;
    write(&args.dir, &files)?;
    let mut out = std::io::stdout();
    writeln!(out, "Written below {}:", args.dir.display())?;
    for (path, _) in &files {
        writeln!(out, "  {path}")?;
    }
    let config = args.dir.join("waymark.toml");
    let (config, platform) = (quote(&config.display().to_string()), quote(&args.dir.join("platform").display().to_string()));
    writeln!(out, "\nCheck the catalog, then start the portal. It prints a link with which you choose your password:")?;
    writeln!(out, "  waymark validate {platform}")?;
    writeln!(out, "  waymark serve --config {config}")?;
    Ok(())
}

/// Takes the answers from flags, from whoever sits there, and from the defaults, in this order.
fn ask(args: &InitArgs, may_ask: bool, input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<Answers> {
    if !may_ask && !args.yes {
        let given = [&args.organisation, &args.team, &args.person, &args.service].iter().all(|flag| flag.is_some()) && args.ci.is_some();
        anyhow::ensure!(
            given,
            "there is nobody to ask; give --organisation, --team, --person, --service and --ci, or --yes to take the defaults for what is left out"
        );
    }
    let mut question = |text: &str, flag: &Option<String>, default: &str| -> anyhow::Result<String> {
        let answer = match flag {
            Some(given) => given.trim().to_owned(),
            None if may_ask => {
                write!(out, "{text} [{default}]: ")?;
                out.flush()?;
                let mut line = String::new();
                anyhow::ensure!(input.read_line(&mut line)? > 0, "the answer to \"{text}\" is missing");
                if line.trim().is_empty() { default.to_owned() } else { line.trim().to_owned() }
            }
            None => default.to_owned(),
        };
        usable(text, &answer)?;
        Ok(answer)
    };
    let organisation = question("Organisation", &args.organisation, "Acme")?;
    let team = question("Your team", &args.team, "Platform Team")?;
    let person = question("Your name", &args.person, "Sam Doe")?;
    let service = question("A service that your team owns", &args.service, "My Service")?;
    let ci = match args.ci {
        Some(ci) => ci,
        None => match question("Pull requests are checked by github, gitlab or none", &None, "github")?.to_lowercase().as_str() {
            "github" => Ci::Github,
            "gitlab" => Ci::Gitlab,
            "none" => Ci::None,
            other => bail!("expected github, gitlab or none, found \"{other}\""),
        },
    };
    Ok(Answers { organisation, team, person, service, ci })
}

fn usable(question: &str, answer: &str) -> anyhow::Result<()> {
    anyhow::ensure!(answer.chars().count() <= LONGEST_ANSWER, "{question}: at most {LONGEST_ANSWER} letters can be used");
    anyhow::ensure!(!answer.chars().any(char::is_control), "{question}: control characters cannot be used");
    anyhow::ensure!(!name_of(answer).is_empty(), "{question}: \"{answer}\" has no letter or digit that a name can be made of");
    Ok(())
}

/// A name as the catalog allows it, from what people call a thing: `Sam's Team` gives `sam-s-team`.
fn name_of(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars().flat_map(plain) {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(63);
    name.trim_end_matches('-').to_owned()
}

/// Common letters with marks, without them.
fn plain(letter: char) -> Vec<char> {
    let text = match letter {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' | 'œ' | 'Œ' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'ą' | 'Ą' => "a",
        'ç' | 'Ç' | 'ć' | 'Ć' | 'č' | 'Č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' | 'ę' | 'Ę' | 'ě' | 'Ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' | 'ı' | 'İ' => "i",
        'ł' | 'Ł' => "l",
        'ñ' | 'Ñ' | 'ń' | 'Ń' | 'ň' | 'Ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'Ò' | 'Ó' | 'Ô' | 'Õ' => "o",
        'ř' | 'Ř' => "r",
        'š' | 'Š' | 'ś' | 'Ś' | 'ş' | 'Ş' => "s",
        'ù' | 'ú' | 'û' | 'ů' | 'Ù' | 'Ú' | 'Û' | 'Ů' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        'ž' | 'Ž' | 'ż' | 'Ż' | 'ź' | 'Ź' => "z",
        'ğ' | 'Ğ' => "g",
        other => return vec![other],
    };
    text.chars().collect()
}

/// The files, by path, with the answers in place.
fn files(answers: &Answers) -> anyhow::Result<Vec<(String, String)>> {
    let mut names = vec![
        "waymark.toml",
        "gitignore",
        "platform/catalog/catalog-info.yaml",
        "platform/catalog/organisation.yaml",
        "platform/catalog/service.yaml",
    ];
    match answers.ci {
        Ci::Github => names.push("github.yml"),
        Ci::Gitlab => names.push("gitlab.yml"),
        Ci::None => {}
    }
    names.into_iter().map(|name| Ok((path_of(name), fill(&read(name)?, answers)))).collect()
}

/// Hidden files have plain names in the program.
fn path_of(name: &str) -> String {
    match name {
        "gitignore" => ".gitignore",
        "github.yml" => ".github/workflows/catalog.yml",
        "gitlab.yml" => ".gitlab-ci.yml",
        other => other,
    }
    .to_owned()
}

fn read(name: &str) -> anyhow::Result<String> {
    let file = Starter::get(name).with_context(|| format!("{name} is not part of this program"))?;
    String::from_utf8(file.data.into_owned()).with_context(|| format!("{name} is not text"))
}

/// Puts the answers in: `{{team}}` is what people read, as a string of YAML; `{{team-name}}` the name of the entity, `{{team-toml}}` a
/// string of TOML. One pass, so that an answer that looks like a place for one stays what it is.
fn fill(text: &str, answers: &Answers) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let filled = after.split_once("}}").and_then(|(key, after)| Some((answer(key, answers)?, after)));
        match filled {
            Some((filled, after)) => {
                out.push_str(&filled);
                rest = after;
            }
            None => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn answer(key: &str, answers: &Answers) -> Option<String> {
    let (field, form) = key.split_once('-').unwrap_or((key, ""));
    let text = match field {
        "organisation" => &answers.organisation,
        "team" => &answers.team,
        "person" => &answers.person,
        "service" => &answers.service,
        _ => return None,
    };
    let scalar = |text: &str| yaml::document(&text.into()).trim_end().to_owned();
    match form {
        "" => Some(scalar(text)),
        "name" => Some(scalar(&name_of(text))),
        "toml" => Some(toml::Value::from(text.as_str()).to_string()),
        _ => None,
    }
}

/// Writes all files or, if one is there, none.
fn write(folder: &Path, files: &[(String, String)]) -> anyhow::Result<()> {
    let there: Vec<PathBuf> = files.iter().map(|(path, _)| folder.join(path)).filter(|path| path.symlink_metadata().is_ok()).collect();
    if !there.is_empty() {
        let list: Vec<_> = there.iter().map(|path| path.display().to_string()).collect();
        bail!("nothing is overwritten, and these are there already: {}; name another folder", list.join(", "));
    }
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        let mut file = fs::File::create_new(&path).with_context(|| format!("{} cannot be written", path.display()))?;
        file.write_all(text.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// For a shell.
fn quote(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '.' | '-' | '_');
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use catalog::descriptor;

    use super::*;

    fn answers(line: &str) -> Answers {
        let mut asked = Vec::new();
        ask(&InitArgs { dir: "x".into(), ..InitArgs::default() }, true, &mut line.as_bytes(), &mut asked).unwrap()
    }

    #[test]
    fn at_most_five_questions_each_with_a_default() {
        let mut asked = Vec::new();
        let got = ask(&InitArgs::default(), true, &mut &b"\n\n\n\n\n"[..], &mut asked).unwrap();
        assert_eq!(String::from_utf8(asked).unwrap().matches("]: ").count(), 5);
        assert_eq!((got.organisation.as_str(), got.ci), ("Acme", Ci::Github));
        assert_eq!(answers("Müller & Söhne\n\n\nCheckout\ngitlab\n").organisation, "Müller & Söhne");
    }

    #[test]
    fn without_anybody_to_ask_flags_answer() {
        let refused = ask(&InitArgs::default(), false, &mut &b""[..], &mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("--yes"));
        let args = InitArgs { yes: true, team: Some("Ops".to_owned()), ..InitArgs::default() };
        assert_eq!(ask(&args, false, &mut &b""[..], &mut Vec::new()).unwrap().team, "Ops");
        let odd = InitArgs { team: Some("***".to_owned()), ..args };
        assert!(ask(&odd, false, &mut &b""[..], &mut Vec::new()).unwrap_err().to_string().contains("has no letter"));
    }

    #[test]
    fn names_are_made_as_the_catalog_wants_them() {
        for (text, expected) in [("Sam's Team", "sam-s-team"), ("  Größe! ", "groesse"), ("日本", ""), ("A--b", "a-b"), ("Renée", "renee")]
        {
            assert_eq!(name_of(text), expected);
        }
    }

    #[test]
    fn whatever_people_are_called_the_files_are_right() {
        for odd in ["Acme", "Sam \"the\" O'Neil: #1", "true", "{{team}} \\ x", "- yes"] {
            let answers = Answers { organisation: odd.into(), team: odd.into(), person: odd.into(), service: odd.into(), ci: Ci::Github };
            for (path, text) in files(&answers).unwrap() {
                if path.ends_with(".toml") {
                    let value: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                    assert_eq!(value["organisation"].as_str(), Some(odd));
                } else if path.starts_with("platform") {
                    for document in descriptor::parse(text.as_bytes(), &path, &descriptor::Limits::default()) {
                        let mut value = document.value.unwrap_or_else(|error| panic!("{error:?}\n{text}"));
                        descriptor::validate(&mut value).unwrap_or_else(|error| panic!("{error}\n{text}"));
                    }
                }
                assert!(!text.contains("{{") || odd.contains("{{") || path.starts_with('.'), "{path}: {text}");
            }
        }
    }
}
