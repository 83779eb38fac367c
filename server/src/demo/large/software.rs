//! The components, APIs and resources of the large organisation, one file a system.

use super::{
    BUSY_TEAMS, definitions,
    descriptor::Descriptor,
    random::Random,
    spoken, title,
    words::{DEPARTMENTS, DOMAINS, LANGUAGES, OTHER_SCRIPTS, PARTS, TOPICS},
};

/// Components of a system: 60 × 15 = 900.
const PARTS_PER_SYSTEM: usize = 15;

/// How many services the busy teams own together.
const BUSY_SERVICES: usize = 40;

/// What the one reference that leads nowhere names.
pub(super) const DANGLING: &str = "component:default/price-label-printer";

/// A component, before it is written.
#[derive(Debug)]
struct Part {
    name: String,
    /// An index into [`PARTS`].
    part: usize,
}

/// A system with the names of what is in it.
#[derive(Debug)]
struct System {
    name: &'static str,
    noun: &'static str,
    domain: usize,
    parts: Vec<Part>,
    /// Name and type.
    apis: Vec<(String, &'static str)>,
    resources: Vec<(String, &'static str)>,
}

impl System {
    /// The component that provides what `suffix` names, or the system's main service.
    fn provider(&self, suffix: &str) -> usize {
        self.parts.iter().position(|part| PARTS[part.part].0 == suffix).unwrap_or(0)
    }
}

/// One file a system.
pub(super) fn software(random: &mut Random) -> Vec<(String, String)> {
    let systems = systems(random);
    let mut writer = Writer {
        apis: systems.iter().flat_map(|system| system.apis.iter().map(|api| api.0.clone())).collect(),
        components: systems.iter().flat_map(|system| system.parts.iter().map(|part| part.name.clone())).collect(),
        random,
        written: 0,
        busy: 0,
    };
    systems
        .iter()
        .map(|system| {
            let mut file = String::new();
            for (index, part) in system.parts.iter().enumerate() {
                writer.component(system, index, part).write_to(&mut file);
            }
            for (name, kind) in &system.apis {
                api(system, name, kind).write_to(&mut file);
            }
            for (name, kind) in &system.resources {
                resource(system, name, kind).write_to(&mut file);
            }
            (format!("systems/{}/catalog-info.yaml", system.name), file)
        })
        .collect()
}

fn systems(random: &mut Random) -> Vec<System> {
    let words = DOMAINS.iter().enumerate().flat_map(|(domain, words)| words.systems.iter().map(move |system| (domain, *system)));
    words
        .enumerate()
        .map(|(index, (domain, (name, noun)))| {
            let mut apis = vec![
                (format!("{name}-api"), "openapi"),
                (format!("{name}-events"), "asyncapi"),
                (format!("{name}-grpc"), "grpc"),
                (format!("{name}-graphql"), "graphql"),
            ];
            if index < 10 {
                apis.push((format!("{name}-partner-api"), "openapi"));
            }
            let mut resources =
                vec![(format!("{name}-db"), "database"), (format!("{name}-topic"), "kafka-topic"), (format!("{name}-files"), "s3-bucket")];
            if index < 20 {
                resources.push((format!("{name}-cache"), "cache"));
            }
            System { name, noun, domain, parts: parts(name, random), apis, resources }
        })
        .collect()
}

/// The main service and fourteen others.
fn parts(system: &str, random: &mut Random) -> Vec<Part> {
    let mut left: Vec<usize> = (1..PARTS.len()).collect();
    while left.len() >= PARTS_PER_SYSTEM {
        left.remove(random.below(left.len()));
    }
    std::iter::once(0).chain(left).map(|part| Part { name: component_name(system, PARTS[part].0), part }).collect()
}

/// What was taken over with a company keeps its old name, which is as long as a name may be.
fn component_name(system: &str, suffix: &str) -> String {
    let mut name = format!("{system}-{suffix}");
    if suffix == "legacy-bridge" && system.len().is_multiple_of(5) {
        name.push_str("-for-the-companies-that-joined-the-group-before-2016");
        name.truncate(63);
        if name.ends_with('-') {
            name.replace_range(62.., "s");
        }
    }
    name
}

struct Writer<'a> {
    apis: Vec<String>,
    components: Vec<String>,
    random: &'a mut Random,
    /// Components written so far.
    written: usize,
    /// Services given to the busy teams so far.
    busy: usize,
}

impl Writer<'_> {
    fn component(&mut self, system: &System, index: usize, part: &Part) -> Descriptor {
        let (suffix, kind, does) = PARTS[part.part];
        let number = self.written;
        self.written += 1;

        let mut component = Descriptor::new("Component", &part.name);
        if number % 40 == 17 {
            let (title, description) = OTHER_SCRIPTS[number / 40 % OTHER_SCRIPTS.len()];
            component = component.meta("title", title).meta("description", description);
        } else {
            component = component.meta("title", &title(&format!("{}-{suffix}", system.name)));
            if number % 25 != 24 {
                component = component.meta("description", &does.replace("{}", &spoken(system.name)));
            }
        }
        component = component.annotations(&self.annotations(&part.name, kind)).tags(&self.tags()).links(&self.links(system, part));

        component = component
            .spec("type", kind)
            .spec("lifecycle", self.lifecycle(suffix))
            .spec("owner", &self.owner(system, kind))
            .spec("system", system.name);
        if suffix == "cache" {
            component = component.spec("subcomponentOf", &system.parts[0].name);
        }
        component
            .refs("providesApis", &provided(system, index))
            .refs("consumesApis", &self.consumed(system))
            .refs("dependsOn", &self.needed(system, part, number))
    }

    /// The busy teams own the first services of their department until they have enough, and nothing else.
    fn owner(&mut self, system: &System, kind: &str) -> String {
        let domain = &DOMAINS[system.domain];
        if domain.department == 0 && kind == "service" && self.busy < BUSY_SERVICES {
            self.busy += 1;
            return BUSY_TEAMS[self.busy % BUSY_TEAMS.len()].to_owned();
        }
        let other = match self.random.below(10) {
            0 => format!("{}-reliability", domain.name),
            1 => format!("{}-tooling", DEPARTMENTS[domain.department].0),
            _ => String::new(),
        };
        if other.is_empty() || BUSY_TEAMS.contains(&&*other) { format!("{}-team", system.name) } else { other }
    }

    fn lifecycle(&mut self, suffix: &str) -> &'static str {
        match self.random.below(100) {
            _ if suffix == "legacy-bridge" => "deprecated",
            0..84 => "production",
            84..95 => "experimental",
            _ => "deprecated",
        }
    }

    fn tags(&mut self) -> Vec<&'static str> {
        let mut tags = vec![*self.random.pick(&LANGUAGES)];
        for _ in 0..self.random.below(3) {
            let topic = *self.random.pick(&TOPICS);
            if !tags.contains(&topic) {
                tags.push(topic);
            }
        }
        tags
    }

    fn annotations(&mut self, name: &str, kind: &str) -> Vec<(&'static str, String)> {
        let mut annotations = vec![("github.com/project-slug", format!("northmere/{name}"))];
        if matches!(kind, "service" | "website" | "worker") {
            annotations.push(("argocd/app-name", name.to_owned()));
            if self.random.chance(70) {
                annotations.push(("pagerduty.com/service-id", format!("P{:06X}", self.random.below(0x100_0000))));
            }
        }
        if self.random.chance(40) {
            annotations.push(("sentry.io/project-slug", format!("northmere/{name}")));
        }
        annotations
    }

    fn links(&mut self, system: &System, part: &Part) -> Vec<(String, &'static str, &'static str)> {
        let name = &part.name;
        let mut links = Vec::new();
        if self.random.chance(80) {
            links.push((format!("https://dashboards.internal.example.com/d/service?var-service={name}"), "Dashboard", "dashboard"));
        }
        if self.random.chance(60) {
            links.push((format!("https://runbooks.internal.example.com/{}/{name}", system.name), "Runbook", "docs"));
        }
        if self.random.chance(60) {
            links.push((format!("https://logs.internal.example.com/search?service={name}"), "Logs", "search"));
        }
        links
    }

    /// Up to three APIs of other systems; a few APIs are used by half the company.
    fn consumed(&mut self, system: &System) -> Vec<String> {
        let mut consumed = Vec::new();
        for _ in 0..self.random.below(4) {
            let api = self.random.popular(&self.apis);
            if !consumed.contains(api) && !system.apis.iter().any(|own| own.0 == *api) {
                consumed.push(api.clone());
            }
        }
        consumed
    }

    fn needed(&mut self, system: &System, part: &Part, number: usize) -> Vec<String> {
        let mut needed = Vec::new();
        if PARTS[part.part].1 != "library" {
            for (name, _) in &system.resources {
                if self.random.chance(35) {
                    needed.push(format!("resource:default/{name}"));
                }
            }
        }
        let other = self.random.popular(&self.components);
        if self.random.chance(45) && *other != part.name {
            needed.push(format!("component:default/{other}"));
        }
        if number == 450 {
            needed.push(DANGLING.to_owned());
        }
        needed
    }
}

/// The APIs that the system's component at `index` provides: each API of a system is provided by one of its components.
fn provided(system: &System, index: usize) -> Vec<String> {
    let provider = |kind: &str, name: &str| match kind {
        "asyncapi" => system.provider("events"),
        "graphql" => system.provider("gateway"),
        _ if name.ends_with("partner-api") => system.provider("gateway"),
        _ => 0,
    };
    system.apis.iter().filter(|(name, kind)| provider(kind, name) == index).map(|(name, _)| name.clone()).collect()
}

fn api(system: &System, name: &str, kind: &'static str) -> Descriptor {
    let what = spoken(system.name);
    let (title, description, definition) = match kind {
        "asyncapi" => {
            let title = format!("{} events", title(system.name));
            let definition = definitions::asyncapi(&title, system.name, system.noun);
            (title, format!("What happens in {what}, as it happens"), definition)
        }
        "grpc" => (
            format!("{} RPC", title(system.name)),
            format!("Fast questions to {what}, for services"),
            definitions::protobuf(system.name, system.noun),
        ),
        "graphql" => {
            (format!("{} GraphQL", title(system.name)), format!("What pages and apps ask {what}"), definitions::graphql(system.noun))
        }
        _ => {
            let title = title(name).replace(" api", " API");
            let definition = definitions::openapi(&title, name, system.noun);
            let whom = if name.ends_with("partner-api") { "our partners" } else { "other teams" };
            (title, format!("What {what} does for {whom}"), definition)
        }
    };
    Descriptor::new("API", name)
        .meta("title", &title)
        .meta("description", &description)
        .annotations(&[("github.com/project-slug", format!("northmere/{}-service", system.name))])
        .tags(&[kind])
        .spec("type", kind)
        .spec("lifecycle", if kind == "graphql" { "experimental" } else { "production" })
        .spec("owner", &format!("{}-team", system.name))
        .spec("system", system.name)
        .block("definition", &definition)
}

fn resource(system: &System, name: &str, kind: &str) -> Descriptor {
    let what = spoken(system.name);
    let description = match kind {
        "database" => format!("PostgreSQL with everything that {what} knows"),
        "kafka-topic" => format!("Every change in {what}, kept for 14 days"),
        "s3-bucket" => format!("Files of {what}"),
        _ => format!("Answers of {what} that are asked for often"),
    };
    Descriptor::new("Resource", name)
        .meta("title", &title(name))
        .meta("description", &description)
        .spec("type", kind)
        .spec("owner", &format!("{}-team", system.name))
        .spec("system", system.name)
}
