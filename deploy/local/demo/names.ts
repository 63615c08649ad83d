/** A name and the form that it has in an e-mail address. */
export type Name = readonly [written: string, ascii: string];

/** A place where the company has people, and what people there are called. */
export interface Office {
  city: string;
  region: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  zip: string;
  street: string;
  dialling: string;
  locale: string;
  timezone: string;
  familyNameFirst: boolean;
  given: readonly Name[];
  family: readonly Name[];
}

/** The offices, the largest first. Names with umlauts, accents, apostrophes, hyphens and in Chinese, Japanese and Korean. */
export const offices: readonly Office[] = [
  {
    city: "Köln",
    region: "Nordrhein-Westfalen",
    country: "DE",
    zip: "50667",
    street: "Große Sandkaul",
    dialling: "+49 221 555",
    locale: "de-DE",
    timezone: "Europe/Berlin",
    familyNameFirst: false,
    given: pairs(
      "Jürgen juergen|Käthe kaethe|Sören soeren|Björn bjoern|Anna anna|Götz goetz|Lena lena|Uwe uwe|Änne aenne",
    ),
    family: pairs(
      "Müller mueller|Schäfer schaefer|Groß gross|Köhler koehler|Weiß weiss|Bäcker-Böhm baecker-boehm|Vogel vogel|Jäger jaeger|Öztürk oeztuerk|Lindner lindner",
    ),
  },
  {
    city: "Dublin",
    region: "Leinster",
    country: "IE",
    zip: "D02 X285",
    street: "St. Stephen's Green",
    dialling: "+353 1 555",
    locale: "en-IE",
    timezone: "Europe/Dublin",
    familyNameFirst: false,
    given: pairs(
      "Siobhán siobhan|Aoife aoife|Seán sean|Niamh niamh|Conor conor|Ciarán ciaran|Róisín roisin|Liam liam|Ruth ruth",
    ),
    family: pairs(
      "O'Brien obrien|O'Connor oconnor|Ní Dhomhnaill nidhomhnaill|D'Arcy darcy|Murphy murphy|Byrne byrne|O'Sullivan osullivan|Walsh walsh|Ryan ryan|Fitz-Gerald fitz-gerald",
    ),
  },
  {
    city: "大阪",
    region: "大阪府",
    country: "JP",
    zip: "530-0001",
    street: "梅田",
    dialling: "+81 6 5550",
    locale: "ja-JP",
    timezone: "Asia/Tokyo",
    familyNameFirst: true,
    given: pairs("美咲 misaki|健太 kenta|陽子 yoko|翔 sho|さくら sakura|大輔 daisuke|結衣 yui|直樹 naoki|恵 megumi"),
    family: pairs(
      "佐藤 sato|鈴木 suzuki|髙橋 takahashi|田中 tanaka|渡辺 watanabe|伊藤 ito|山本 yamamoto|中村 nakamura|小林 kobayashi|齋藤 saito",
    ),
  },
  {
    city: "Lyon",
    region: "Auvergne-Rhône-Alpes",
    country: "FR",
    zip: "69002",
    street: "Rue de la République",
    dialling: "+33 4 55 55",
    locale: "fr-FR",
    timezone: "Europe/Paris",
    familyNameFirst: false,
    given: pairs(
      "Chloé chloe|Zoë zoe|François francois|Jean-Loïc jean-loic|Éloïse eloise|Benoît benoit|Maëlle maelle|Noël noel|Inès ines",
    ),
    family: pairs(
      "Lefèvre lefevre|D'Aubigné daubigne|Garçon garcon|Bénard benard|L'Hôpital lhopital|Moreau moreau|Roux roux|Faÿ fay|Noé noe|Picard picard",
    ),
  },
  {
    city: "臺北",
    region: "臺灣",
    country: "TW",
    zip: "100",
    street: "忠孝西路",
    dialling: "+886 2 5555",
    locale: "zh-TW",
    timezone: "Asia/Taipei",
    familyNameFirst: true,
    given: pairs(
      "怡君 yi-chun|志明 chih-ming|雅婷 ya-ting|俊傑 chun-chieh|淑芬 shu-fen|家豪 chia-hao|心怡 hsin-yi|冠宇 kuan-yu|美玲 mei-ling",
    ),
    family: pairs("陳 chen|林 lin|黃 huang|張 chang|李 li|王 wang|吳 wu|劉 liu|蔡 tsai|歐陽 ouyang"),
  },
  {
    city: "서울",
    region: "서울특별시",
    country: "KR",
    zip: "04524",
    street: "세종대로",
    dialling: "+82 2 555",
    locale: "ko-KR",
    timezone: "Asia/Seoul",
    familyNameFirst: true,
    given: pairs(
      "민준 minjun|서연 seoyeon|지우 jiwoo|하은 haeun|도윤 doyun|수빈 subin|예준 yejun|지민 jimin|현우 hyunwoo",
    ),
    family: pairs("김 kim|이 lee|박 park|최 choi|정 jung|강 kang|조 cho|윤 yoon|장 jang|임 lim"),
  },
];

function pairs(text: string): Name[] {
  return text.split("|").map((pair) => {
    const space = pair.lastIndexOf(" ");
    return [pair.slice(0, space), pair.slice(space + 1)];
  });
}
