//! The organisation of `--demo=large`: 600 people, 80 teams and 900 components, to see the portal as a big company would.
//!
//! Everything is made from the word lists beside this file by a generator with a fixed seed, so that screenshots and tests see the same company every time.
//! It has what large catalogs have: names as long as the format allows, titles in many scripts, missing descriptions, deprecated parts, a team that everybody left,
//! one reference that leads nowhere, and somebody who owns 40 services through three teams.

mod definitions;
mod descriptor;
mod names;
mod people;
mod random;
mod software;
mod words;

use descriptor::Descriptor;
use random::Random;
use words::{DEPARTMENTS, DIVISIONS, DOMAINS};

/// Teams which nobody is a member of any more.
const EMPTY_TEAMS: [&str; 2] = ["robotics-team", "store-kiosk-team"];

/// The three teams through which one person owns 40 services.
const BUSY_TEAMS: [&str; 3] = ["payments-reliability", "finance-reliability", "money-tooling"];

/// The large organisation as files: the path below the catalog folder and the YAML. The first is the root, whose Location names the others.
///
/// The same in every call: 600 people, 80 teams below a tree of divisions and departments, 12 domains, 60 systems, 900 components, 250 APIs and 200 resources.
pub(crate) fn large_organisation() -> Vec<(String, String)> {
    let mut random = Random::new(20_090_417);
    let mut files = vec![
        ("catalog-info.yaml".to_owned(), root()),
        ("org/groups.yaml".to_owned(), groups()),
        ("org/people.yaml".to_owned(), people::people(&mut random)),
    ];
    files.extend(domains());
    files.extend(software::software(&mut random));
    files
}

fn root() -> String {
    let mut file = String::new();
    let targets = ["./org/*.yaml", "./domains/*.yaml", "./systems/*/catalog-info.yaml"].map(ToOwned::to_owned);
    Descriptor::new("Location", "northmere-group")
        .meta("title", "Northmere Group")
        .meta("description", "Everything that the companies of the Northmere Group run")
        .refs("targets", &targets)
        .write_to(&mut file);
    file
}

/// The company, its divisions, departments and teams.
fn groups() -> String {
    let mut file = String::new();
    let divisions = DIVISIONS.map(|(name, _)| name.to_owned());
    group("northmere-group", "Northmere Group", "organization", None, &divisions)
        .meta("description", "Eleven shops and the warehouses behind them")
        .write_to(&mut file);
    for (index, (name, title)) in DIVISIONS.iter().enumerate() {
        let below: Vec<String> =
            DEPARTMENTS.iter().filter(|department| department.2 == index).map(|department| department.0.to_owned()).collect();
        group(name, title, "division", Some("northmere-group"), &below).write_to(&mut file);
    }
    for (index, (name, title, division)) in DEPARTMENTS.iter().enumerate() {
        let below: Vec<String> = teams().into_iter().filter(|team| team.department == index).map(|team| team.name).collect();
        group(name, title, "department", Some(DIVISIONS[*division].0), &below).write_to(&mut file);
    }
    for team in teams() {
        let oncall = format!("https://oncall.internal.example.com/schedules/{}", team.name);
        let chat = format!("https://chat.internal.example.com/channels/{}", team.name);
        group(&team.name, &team.title, "team", Some(DEPARTMENTS[team.department].0), &[])
            .meta("description", &team.description)
            .links(&[(oncall, "On call", "alert"), (chat, "Chat", "chat")])
            .write_to(&mut file);
    }
    file
}

fn group(name: &str, title: &str, kind: &str, parent: Option<&str>, children: &[String]) -> Descriptor {
    let group = Descriptor::new("Group", name).meta("title", title).spec("type", kind).profile(title, name);
    let group = match parent {
        Some(parent) => group.spec("parent", parent),
        None => group,
    };
    group.list("children", children)
}

/// A team: one for each system, one for the reliability of each domain, one for the tools of each department.
#[derive(Debug)]
struct Team {
    name: String,
    title: String,
    description: String,
    department: usize,
}

fn teams() -> Vec<Team> {
    let mut teams = Vec::with_capacity(80);
    for domain in &DOMAINS {
        for (system, _) in &domain.systems {
            let title = title(system);
            let description = format!("Builds and runs {}", spoken(system));
            teams.push(Team { name: format!("{system}-team"), title, description, department: domain.department });
        }
        teams.push(Team {
            name: format!("{}-reliability", domain.name),
            title: format!("{} reliability", domain.title),
            description: format!("Keeps {} running at night and at the end of the month", spoken(domain.name)),
            department: domain.department,
        });
    }
    for (index, (name, department_title, _)) in DEPARTMENTS.iter().enumerate() {
        teams.push(Team {
            name: format!("{name}-tooling"),
            title: format!("{department_title} tooling"),
            description: format!("Tools for everybody in {department_title}"),
            department: index,
        });
    }
    teams
}

/// One file a domain, with its systems.
fn domains() -> Vec<(String, String)> {
    let mut files = Vec::with_capacity(DOMAINS.len());
    for domain in &DOMAINS {
        let mut file = String::new();
        Descriptor::new("Domain", domain.name)
            .meta("title", domain.title)
            .meta("description", domain.description)
            .spec("owner", DEPARTMENTS[domain.department].0)
            .write_to(&mut file);
        for (system, noun) in &domain.systems {
            Descriptor::new("System", system)
                .meta("title", &title(system))
                .meta("description", &format!("Part of {}: looks after each {}", spoken(domain.title), definitions::spoken(noun)))
                .spec("owner", &format!("{system}-team"))
                .spec("domain", domain.name)
                .write_to(&mut file);
        }
        files.push((format!("domains/{}.yaml", domain.name), file));
    }
    files
}

/// `card-payments` → `Card payments`
fn title(name: &str) -> String {
    let mut letters = name.chars().map(|letter| if letter == '-' { ' ' } else { letter });
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// `card-payments` → `card payments`
fn spoken(name: &str) -> String {
    name.replace('-', " ").to_lowercase()
}
