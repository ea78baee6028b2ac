import type { Evidence, Technique, View } from './series-kinds.ts';

/** A pattern that no letter of the Latin alphabet adjoins: digits and other scripts may. */
const word = (pattern: string) => new RegExp(`(?<![a-z])(?:${pattern})(?![a-z])`, 'u');

/** Words of scripts that set no spaces, or that change their endings. */
const part = (pattern: string) => new RegExp(pattern, 'u');

type Row<Of extends string> = readonly [pattern: RegExp, odds: { readonly [Choice in Of]?: number }];

/** What the words of protocols say, in the languages and habits of scanners and sites. The text is that of {@link plainWords}. */
const techniqueWords: readonly Row<Technique>[] = [
  [word('k?[ck]ine\\w*|cines?'), { cine: 4.5 }],
  [part('кино|电影|電影|シネ|시네'), { cine: 4.5 }],
  [
    word(
      'b?ssfp\\w*|true ?fisp\\w*|trufi\\w*|fiesta\\w*|b ?ffe|s?b ?tfe|bal\\w* ?[ft]fe|tf ?2d\\d*|tfi ?2d\\d*|fon[ck]tion|funktion|function|fevg|fevd',
    ),
    { cine: 2 },
  ],
  [
    word(
      'lge|psir\\w*|ps ?ir|ps ?mde|mde|dhe|late|late ?(gad|enh|aankl)\\w*|delayed|delay\\w* ?enh\\w*|viab\\w*|vitalit\\w*|rehauss\\w*|tardi[fvo]\\w*|realce\\w*|spat ?(enh|aufn|phase)\\w*|scar|narbe\\w*|fibros\\w*',
    ),
    { lge: 4.5, cine: -2 },
  ],
  [part('отсроч|позднее контраст|延迟强化|延遲|延迟|遅延造影|지연'), { lge: 4.5, cine: -2 }],
  [word('de ?(mri|sax|sa|lax|[234] ?ch\\w*)|ir ?(gre|tfe|fgre|flash|ssfp)|fgre ?ir|tfl ?ir'), { lge: 2.5 }],
  [word('enhanc\\w*'), { lge: 1 }],
  [word('stir|tirm|tir|triple ?ir|o?edem\\w*|odem\\w*'), { 't2-stir': 5 }],
  [part('отек|水肿|水腫|浮腫|부종'), { 't2-stir': 4 }],
  [word('t2 ?w\\w*|t2 ?(tse|fse|fs|bb|db|spair|spir|haste)|spair|spir'), { 't2-stir': 3 }],
  [
    word('(black|dark) ?blood|sang noir|sangre negra|db|bb|dir|double ?ir'),
    { 't2-stir': 1.5, other: 1, cine: -2 },
  ],
  [part('黑血'), { 't2-stir': 1.5, other: 1, cine: -2 }],
  [
    word(
      't1 ?map\\w*|(sh)?molli\\w*|sasha|smart ?1|smart ?t1|t1 ?(karte|carto)\\w*|carto\\w* ?t1|map\\w* ?(de )?t1',
    ),
    { 't1-map': 5.5, 'map-source': 1.5 },
  ],
  [
    word('t2 ?map\\w*|t2 ?(karte|carto)\\w*|carto\\w* ?t2|map\\w* ?(de )?t2(?! ?(\\*|star))'),
    { 't2-map': 5.5, 'map-source': 1.5 },
  ],
  [word('grase|t2 ?prep\\w*|me ?se'), { 't2-map': 2, 'map-source': 1.5 }],
  [part('(?<![a-z])t2 ?\\*|(?<![a-z])t2 ?star'), { 't2star-map': 5.5, 'map-source': 1.5, 't2-map': -3 }],
  [word('t2s'), { 't2star-map': 4, 'map-source': 1 }],
  [
    word(
      'locali[sz]\\w*|loca?|scouts?|survey\\w*|ubersicht\\w*|reperage\\w*|topogram\\w*|localizador|localizzatore|(3|three) ?plane?\\w*( ?loc\\w*)?|plan ?scan|pilot\\w*',
    ),
    { localiser: 6 },
  ],
  [part('定位|位置決め|위치|топограм|локалайз'), { localiser: 6 }],
  [
    word(
      'q?flow\\w*|fluss\\w*|flux|flujo|flusso|fluxo|venc\\w*|phase ?contrast\\w*|pc ?mra?|q ?flow|qf|pca|velocity\\w*|fl[23]d\\d* ?v\\d+\\w*|[234]d ?flow\\w*',
    ),
    { flow: 6 },
  ],
  [part('血流|流量|流速|поток'), { flow: 6 }],
  [word('perf\\w*|first ?pass\\w*|premier passage|time ?course|bolus\\w*|ubolus'), { perfusion: 6 }],
  [part('灌注|首过|首過|灌流|관류|перфуз'), { perfusion: 6 }],
  [word('stress|dyn\\w*|rest'), { perfusion: 1.5 }],
  [
    word('ti ?scouts?\\w*|tiscout\\w*|look ?locker\\w*|ti ?(finder|test|search)|inversion ?scout\\w*'),
    { 'ti-scout': 9, localiser: -6 },
  ],
  [
    word(
      'tag|tags|tagg\\w*|c?spamm|dense|grid|early|ege|mra|cemra|angio\\w*|twist|mip|mpr|freq\\w*( ?scout)?|shim\\w*|calib\\w*|asset|ref ?scan|whole ?heart|3d ?wh|error|goodness|std ?dev|sd ?map|fused|overlay\\w*|reports?|results?|bull\\w*|screen\\w*|snapshot\\w*|captures?|phoenix\\w*|ecv\\w*|r2 ?map|evidence',
    ),
    { other: 12, localiser: -4 },
  ],
  [word('haste|ss ?(fse|tse)|b ?scan|cor|coronal|tra|axial|transversal\\w*'), { other: 2.5 }],
];

/** Before or after contrast. */
const contrastWords: readonly Row<'native' | 'post'>[] = [
  [word('nati[vf]\\w*|pre|pre ?(con\\w*|gd|gad\\w*|km)|avant|ohne|senza|sin|sans|long ?t1'), { native: 4 }],
  [part('平扫|增强前|造影前'), { native: 4 }],
  [
    word('post\\w*|enhanced|nach ?km|apres|dopo|short ?t1|(?<!pre ?)(gd|gad\\w*)|(10|15|20) ?min\\w*'),
    { post: 4 },
  ],
  [part('增强后|造影後'), { post: 4 }],
];

const chambers = '(ch\\w*|cv\\w*|kammer\\w*|cav\\w*|cam\\w*|kb|hk|k)';

const viewWords: readonly Row<View>[] = [
  [
    word(
      'sax|sa|short ?ax\\w*|shax|petit ?axe|kurz\\w* ?achs\\w*|kurzachs\\w*|eje ?corto|asse ?corto|eixo ?curto|korte ?as|kratk\\w* ?os\\w*|krotk\\w*|kisa ?aks\\w*|fevg|fevd',
    ),
    { sax: 5.5 },
  ],
  [part('коротк|短轴|短軸|단축'), { sax: 5.5 }],
  [
    part(
      `(?<![0-9])2 ?${chambers}(?![a-z])|(?<![a-z])(vla|vlax|vertical ?long|(two|zwei|deux|dos|due|dois) ?(ch|kammer|cav|cam|camar))`,
    ),
    { '2ch': 6 },
  ],
  [part('两腔|二腔|兩腔|двух'), { '2ch': 6 }],
  [
    part(
      `(?<![0-9])3 ?${chambers}(?![a-z])|(?<![a-z])(aplax|(three|drei|trois|tres|tre) ?(ch|kammer|cav|cam))`,
    ),
    { '3ch': 6 },
  ],
  [part('三腔|трех|(?<![a-z])lvot(?![a-z])'), { '3ch': 4 }],
  [
    part(
      `(?<![0-9])4 ?${chambers}(?![a-z])|(?<![a-z])(hla|hlax|horizontal ?long|(four|vier|quatre|cuatro|quattro|quatro) ?(ch|kammer|cav|cam))`,
    ),
    { '4ch': 6 },
  ],
  [part('四腔|четырех'), { '4ch': 6 }],
  [
    word('lax|long ?ax\\w*|lang\\w* ?achs\\w*|grand ?axe|eje ?largo|asse ?lungo|eixo ?longo|lange ?as'),
    { '2ch': 3, '3ch': 3, '4ch': 3, other: 1, sax: -2 },
  ],
  [part('длинн|长轴|長軸|장축'), { '2ch': 3, '3ch': 3, '4ch': 3, other: 1, sax: -2 }],
  [
    word(
      'rvot\\w*|rv ?(2|3)? ?ch|rv ?in ?out|rvlo\\w*|axial\\w*|axi|tra|transv\\w*|cor|coronal\\w*|sag\\w*|aort\\w*|pulm\\w*|valve\\w*',
    ),
    { other: 7 },
  ],
];

/** Texts of headers in one line of lower case without accents; signs but for `*` become spaces. */
export function plainWords(texts: readonly string[]): string {
  return texts
    .join(' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}*]+/gu, ' ')
    .trim();
}

/** What the words say about the technique; each pattern once. */
export function techniqueByWords(words: string): readonly Evidence<Technique>[] {
  return evidenceOf(techniqueWords, words);
}

/** What the words say about the plane. */
export function viewByWords(words: string): readonly Evidence<View>[] {
  return evidenceOf(viewWords, words);
}

/** What the words say about contrast agent. */
export function contrastByWords(words: string): readonly Evidence<'native' | 'post'>[] {
  return evidenceOf(contrastWords, words);
}

function evidenceOf<Of extends string>(rows: readonly Row<Of>[], words: string): readonly Evidence<Of>[] {
  return rows.flatMap(([pattern, odds]) => {
    const found = pattern.exec(words);
    return found ? [{ why: `"${found[0].trim()}" in its words`, odds }] : [];
  });
}

/** `DE` in capitals is delayed enhancement; in lower case it is the French, Spanish and Portuguese "of". */
export function saysDelayed(texts: readonly string[]): boolean {
  return texts.some((text) => /(?<![A-Za-z])DE(?![A-Za-z])/u.test(text) && /[a-z]|^DE|_DE|DE_/u.test(text));
}
