//! The people of the large organisation and the teams that they are in.

use super::{
    BUSY_TEAMS, EMPTY_TEAMS,
    descriptor::Descriptor,
    names::{self, Person},
    random::Random,
    teams,
    words::DEPARTMENTS,
};

const COUNT: usize = 600;

/// One person for each way of using the portal: name, what is shown, role, groups.
const KNOWN: [(&str, &str, &str, &[&str]); 6] = [
    ("wilhelmina-achterberg-oyelaran", "Wilhelmina Achterberg-Oyelaran", "Principal engineer; 40 services in three teams", &BUSY_TEAMS),
    ("farid-castellanos", "Farid Castellanos", "Platform engineer", &["deployment-team"]),
    ("grete-nakagawa", "Grete Nakagawa", "Product manager for the cart", &["cart-team"]),
    ("imani-rosenthal", "Imani Rosenthal", "Site reliability engineer", &["orders-reliability"]),
    ("solveig-abara", "Solveig Abara", "Engineering director", &["engineering", "foundations"]),
    ("teo-lindholm", "Teo Lindholm", "New joiner, started this week; no team yet", &[]),
];

/// One file with everybody. Only those whom the sign-in page offers say what they do, as in most staff directories.
pub(super) fn people(random: &mut Random) -> String {
    let mut file = String::new();
    for (id, shown, role, groups) in KNOWN {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        person(&Person { id: id.to_owned(), shown: shown.to_owned() }, &groups).meta("description", role).write_to(&mut file);
    }
    let open: Vec<String> = teams()
        .into_iter()
        .map(|team| team.name)
        .filter(|team| !EMPTY_TEAMS.contains(&&**team) && !BUSY_TEAMS.contains(&&**team))
        .collect();
    for (index, someone) in names::people(COUNT - KNOWN.len(), random).iter().enumerate() {
        let groups = match index {
            0..8 => vec![DEPARTMENTS[index].0.to_owned()],
            8..17 => vec![BUSY_TEAMS[index % BUSY_TEAMS.len()].to_owned()],
            _ => usual_groups(index, &open, random),
        };
        person(someone, &groups).write_to(&mut file);
    }
    file
}

/// One team for most people, two for some, none for a few. Teams are filled in turn, so that none stays empty by chance.
fn usual_groups(index: usize, open: &[String], random: &mut Random) -> Vec<String> {
    if index % 97 == 96 {
        return Vec::new();
    }
    let mut groups = vec![open[index % open.len()].clone()];
    let other = random.pick(open);
    if random.chance(12) && !groups.contains(other) {
        groups.push(other.clone());
    }
    groups
}

fn person(person: &Person, groups: &[String]) -> Descriptor {
    Descriptor::new("User", &person.id)
        .meta("title", &person.shown)
        .profile(&person.shown, &person.id.replace('-', "."))
        .list("memberOf", groups)
}
