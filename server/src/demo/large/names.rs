//! Names of people, each made of a given and a family name from the same part of the world.

use std::collections::BTreeSet;

use super::random::Random;

/// A made-up person: the entity's name and what is shown.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) shown: String,
}

struct Names {
    /// Separated by blanks; `shown=plain` where the letters are not all ASCII.
    given: &'static str,
    family: &'static str,
    /// How the two are put together.
    order: Order,
}

#[derive(Clone, Copy)]
enum Order {
    GivenFamily,
    FamilyGiven,
    /// Family name first and nothing between them.
    FamilyGivenJoined,
}

const NAMES: [Names; 14] = [
    Names {
        given: "Alice Ben Charlotte Daniel Eleanor George Harriet Jack Molly Oliver",
        family: "Ashworth Barlow Clarke Fairfax Hughes Kerr Morgan Sutton Whitaker Young",
        order: Order::GivenFamily,
    },
    Names {
        given: "Chinedu Ngozi Emeka Adaeze Tunde Folake Obinna Zainab Ifeoma Segun",
        family: "Adeyemi Balogun Eze Ibrahim Nwosu Okonkwo Olawale Bello Uche Lawal",
        order: Order::GivenFamily,
    },
    Names {
        given: "Aarav Diya Ishaan Kavya Meera Nikhil Pooja Rohan Sneha Vikram",
        family: "Banerjee Chatterjee Desai Gupta Iyer Kulkarni Menon Patel Reddy Sharma",
        order: Order::GivenFamily,
    },
    Names {
        given: "Alejandro Beatriz Carlos Inés=ines Joaquín=joaquin Lucía=lucia Mateo Pilar Raúl=raul Ximena",
        family: "Castillo Fernández=fernandez García=garcia Herrera Muñoz=munoz Ortega Peña=pena Ríos=rios Vargas Zamora",
        order: Order::GivenFamily,
    },
    Names {
        given: "Björn=bjorn Astrid Erik Freja Gösta=gosta Ingrid Lars Maja Søren=soren Åsa=asa",
        family: "Andersson Bergström=bergstrom Dahl Ekström=ekstrom Hansen Lindqvist Møller=moller Nyström=nystrom Olsen Sjöberg=sjoberg",
        order: Order::GivenFamily,
    },
    Names {
        given: "Agnieszka Bartosz Ewa Grzegorz Joanna Łukasz=lukasz Małgorzata=malgorzata Paweł=pawel Tomáš=tomas Zuzana",
        family: "Dąbrowska=dabrowska Kowalczyk Lewandowski Novák=novak Procházka=prochazka Szymański=szymanski Wójcik=wojcik Zając=zajac Černý=cerny Horváth=horvath",
        order: Order::GivenFamily,
    },
    Names {
        given: "陽菜=hina 蓮=ren 結衣=yui 大翔=hiroto 美咲=misaki 拓海=takumi さくら=sakura 健太=kenta",
        family: "佐藤=sato 鈴木=suzuki 高橋=takahashi 渡辺=watanabe 山本=yamamoto 中村=nakamura 小林=kobayashi 加藤=kato",
        order: Order::FamilyGivenJoined,
    },
    Names {
        given: "伟=wei 芳=fang 娜=na 敏=min 静=jing 磊=lei 洋=yang 艳=yan 杰=jie 雪=xue",
        family: "王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 赵=zhao 黄=huang 周=zhou 吴=wu",
        order: Order::FamilyGivenJoined,
    },
    Names {
        given: "민준=minjun 서연=seoyeon 지호=jiho 하은=haeun 도윤=doyun 수아=sua 예준=yejun 지우=jiwoo",
        family: "김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon",
        order: Order::FamilyGivenJoined,
    },
    Names {
        given: "أحمد=ahmad فاطمة=fatima يوسف=yusuf مريم=maryam خالد=khalid نور=nour سامي=sami هند=hind",
        family: "الخطيب=khatib منصور=mansour الشامي=shami عيسى=issa درويش=darwish حمدان=hamdan صالح=saleh ناصر=nasser",
        order: Order::GivenFamily,
    },
    Names {
        given: "נועה=noa איתי=itai תמר=tamar דניאל=daniel מאיה=maya יונתן=yonatan שירה=shira עומר=omer",
        family: "כהן=cohen לוי=levi מזרחי=mizrahi פרץ=peretz ביטון=biton אברהם=avraham פרידמן=friedman שפירא=shapira",
        order: Order::GivenFamily,
    },
    Names {
        given: "Anh Bảo=bao Chi Đức=duc Hương=huong Khánh=khanh Linh Quân=quan Thảo=thao Việt=viet",
        family: "Nguyễn=nguyen Trần=tran Lê=le Phạm=pham Hoàng=hoang Phan Vũ=vu Đặng=dang Bùi=bui Đỗ=do",
        order: Order::FamilyGiven,
    },
    Names {
        given: "Ayşe=ayse Can Defne Emre Gül=gul Kerem Leyla Mert Özge=ozge Şirin=sirin",
        family: "Aydın=aydin Çelik=celik Demir Kaya Koç=koc Özdemir=ozdemir Şahin=sahin Yılmaz=yilmaz Arslan Doğan=dogan",
        order: Order::GivenFamily,
    },
    Names {
        given: "Aroha Hemi Kaia Mere Nikau Sione Talia Tevita Wiremu Leilani",
        family: "Faleolo Henare Kapule Ngata Parata Tuilagi Tamatea Vaifale Walker Waititi",
        order: Order::GivenFamily,
    },
];

/// `count` people with names of their own.
pub(super) fn people(count: usize, random: &mut Random) -> Vec<Person> {
    let mut taken = BTreeSet::new();
    let mut people = Vec::with_capacity(count);
    while people.len() < count {
        let person = person(random);
        if taken.insert(person.id.clone()) {
            people.push(person);
        }
    }
    people
}

fn person(random: &mut Random) -> Person {
    let names = random.pick(&NAMES);
    let (given, plain_given) = word(names.given, random);
    let (family, plain_family) = word(names.family, random);
    let shown = match names.order {
        Order::GivenFamily => format!("{given} {family}"),
        Order::FamilyGiven => format!("{family} {given}"),
        Order::FamilyGivenJoined => format!("{family}{given}"),
    };
    Person { id: format!("{plain_given}-{plain_family}"), shown }
}

/// One word of the list, as shown and in plain lower-case letters.
fn word(list: &'static str, random: &mut Random) -> (&'static str, String) {
    let words: Vec<&'static str> = list.split_ascii_whitespace().collect();
    let word = *random.pick(&words);
    match word.split_once('=') {
        Some((shown, plain)) => (shown, plain.to_owned()),
        None => (word, word.to_ascii_lowercase()),
    }
}
