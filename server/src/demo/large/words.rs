//! What the large organisation is made of: its domains, systems, departments and the words for its software.

/// A system: its name, and what one of the things that it is about is called.
pub(super) type SystemWords = (&'static str, &'static str);

/// A domain with five systems.
pub(super) struct DomainWords {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    /// The department whose teams work here, an index into [`DEPARTMENTS`].
    pub(super) department: usize,
    pub(super) systems: [SystemWords; 5],
}

const fn domain(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    department: usize,
    systems: [SystemWords; 5],
) -> DomainWords {
    DomainWords { name, title, description, department, systems }
}

pub(super) const DOMAINS: [DomainWords; 12] = [
    domain(
        "payments",
        "Payments",
        "Money in, money out, and the proof of both",
        0,
        [("card-payments", "payment"), ("ledger", "booking"), ("refunds", "refund"), ("payouts", "payout"), ("sales-tax", "taxRate")],
    ),
    domain(
        "orders",
        "Orders",
        "From the last click to the parcel at the door",
        1,
        [
            ("order-intake", "order"),
            ("order-history", "orderEvent"),
            ("returns", "return"),
            ("subscriptions", "subscription"),
            ("gift-cards", "giftCard"),
        ],
    ),
    domain(
        "catalogue",
        "Product Catalogue",
        "What we sell, what it looks like and what it costs",
        2,
        [("product-data", "product"), ("pricing", "price"), ("promotions", "promotion"), ("media-library", "image"), ("reviews", "review")],
    ),
    domain(
        "discovery",
        "Discovery",
        "Helping people find what they did not know the word for",
        2,
        [
            ("product-search", "searchResult"),
            ("recommendations", "recommendation"),
            ("wish-lists", "wishList"),
            ("landing-pages", "landingPage"),
            ("experiments", "experiment"),
        ],
    ),
    domain(
        "storefront",
        "Storefront",
        "The shops as people see them, on every screen",
        3,
        [("web-shop", "page"), ("mobile-shop", "screen"), ("cart", "cart"), ("store-kiosk", "kiosk"), ("accessibility", "finding")],
    ),
    domain(
        "customers",
        "Customers",
        "Who they are, what they agreed to, how we reach them",
        3,
        [
            ("customer-accounts", "customer"),
            ("consent", "consent"),
            ("loyalty", "membership"),
            ("messaging", "message"),
            ("help-centre", "article"),
        ],
    ),
    domain(
        "warehousing",
        "Warehousing",
        "Stock, shelves and the robots between them",
        4,
        [("stock", "stockItem"), ("picking", "pickList"), ("goods-in", "delivery"), ("robotics", "robot"), ("stocktaking", "count")],
    ),
    domain(
        "transport",
        "Transport",
        "Lorries, carriers, customs",
        4,
        [
            ("route-planning", "route"),
            ("carriers", "shipment"),
            ("customs", "declaration"),
            ("fleet", "vehicle"),
            ("delivery-slots", "slot"),
        ],
    ),
    domain(
        "suppliers",
        "Suppliers",
        "The people who make what we sell",
        5,
        [
            ("purchasing", "purchaseOrder"),
            ("supplier-portal", "supplier"),
            ("forecasting", "forecast"),
            ("quality-control", "inspection"),
            ("invoices-in", "supplierInvoice"),
        ],
    ),
    domain(
        "finance",
        "Finance",
        "Books, budgets and the people who check them",
        0,
        [
            ("general-ledger", "journalEntry"),
            ("invoicing", "invoice"),
            ("fraud", "case"),
            ("treasury", "position"),
            ("audit-trail", "record"),
        ],
    ),
    domain(
        "data",
        "Data",
        "Events in, answers out",
        6,
        [
            ("event-collection", "event"),
            ("data-lake", "table"),
            ("reporting", "report"),
            ("feature-store", "feature"),
            ("data-quality", "check"),
        ],
    ),
    domain(
        "platform",
        "Platform",
        "The ground that everybody else builds on",
        7,
        [
            ("build", "build"),
            ("deployment", "deployment"),
            ("observability", "alert"),
            ("secrets", "secret"),
            ("developer-portal", "template"),
        ],
    ),
];

/// The company's divisions: name and title.
pub(super) const DIVISIONS: [(&str, &str); 4] =
    [("retail", "Retail"), ("supply", "Supply"), ("corporate", "Corporate"), ("engineering", "Engineering")];

/// The departments: name, title, and an index into [`DIVISIONS`].
pub(super) const DEPARTMENTS: [(&str, &str, usize); 8] = [
    ("money", "Money", 2),
    ("order-journey", "Order Journey", 0),
    ("assortment", "Assortment", 0),
    ("experience", "Experience", 0),
    ("logistics", "Logistics", 1),
    ("procurement", "Procurement", 1),
    ("data-and-insight", "Data and Insight", 3),
    ("foundations", "Foundations", 3),
];

/// Parts of a system: suffix of the name, type, what it does with `{}` for the system.
pub(super) const PARTS: [(&str, &str, &str); 22] = [
    ("service", "service", "Owns the data of {} and answers questions about it"),
    ("gateway", "service", "The one way into {} from outside"),
    ("worker", "worker", "Does the slow work of {} in the background and tries again until it is done"),
    ("web", "website", "The pages of {}"),
    ("admin", "website", "Where customer care looks things up in {} and mends them"),
    ("client", "library", "Calls {} with retries, timeouts and metrics"),
    ("events", "service", "Publishes what happens in {}, in order and at least once"),
    ("importer", "data-pipeline", "Takes files from partners into {}"),
    ("exporter", "data-pipeline", "Writes {} to the data lake every hour"),
    ("scheduler", "service", "Starts what {} has to do at a certain time"),
    ("notifier", "service", "Tells people when something in {} needs them"),
    ("rules", "library", "The rules of {}, without any input or output"),
    ("cache", "service", "Keeps the busiest answers of {} close to those who ask"),
    ("reconciler", "worker", "Compares {} with the systems around it every night"),
    ("simulator", "cli", "Plays a day of {} in a minute, for tests"),
    ("mobile-sdk", "library", "Brings {} into the apps"),
    ("search", "service", "Finds things in {}"),
    ("archive", "service", "Keeps what {} no longer needs but the law still does"),
    ("console", "website", "Shows the people of {} how their day is going"),
    ("migrator", "cli", "Moves old records of {} into the present"),
    ("legacy-bridge", "service", "Speaks the old protocol to the old world on behalf of {}"),
    ("planner", "service", "Works out what {} should do next"),
];

pub(super) const LANGUAGES: [&str; 9] = ["go", "java:21", "kotlin", "python", "rust", "typescript", "c#", "elixir", "scala"];

pub(super) const TOPICS: [&str; 12] =
    ["tier-1", "tier-2", "tier-3", "personal-data", "pci", "internal", "events", "batch", "grpc", "rest", "mobile", "machine-learning"];

/// Titles and descriptions in other scripts, for parts of the business that work in them.
pub(super) const OTHER_SCRIPTS: [(&str, &str); 8] = [
    ("注文履歴ビューア", "日本のお客様の注文履歴を表示します"),
    ("결제 승인 서비스", "국내 카드 결제를 승인하고 결과를 기록합니다"),
    ("仓库库存同步", "每十分钟与上海仓库同步一次库存"),
    ("بوابة الدفع", "استقبال المدفوعات من متاجر الخليج العربي"),
    ("מרכז המשלוחים", "מעקב אחר חבילות בישראל ותיאום מועד מסירה"),
    ("Сверка остатков", "Ежедневно сверяет остатки на складах с учётной системой"),
    ("Διαχείριση επιστροφών", "Παραλαβή και έλεγχος επιστροφών από τα ελληνικά καταστήματα"),
    ("ระบบจัดส่งสินค้า", "วางแผนการจัดส่งสำหรับกรุงเทพและปริมณฑล"),
];
