/** Every script of Unicode 15, by its short name. */
const SCRIPTS = (
  'Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham Cher ' +
  'Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Geor Glag Gong Gonm Goth Gran Grek Gujr Guru ' +
  'Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana Kawi Khar Khmr Khoj Kits Knda Kthi Lana Laoo ' +
  'Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero Mlym Modi Mong Mroo Mtei Mult ' +
  'Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Orkh Orya Osge Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx Plrd ' +
  'Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sind Sinh Sogd Sogo Sora Soyo Sund Sylo Syrc Tagb Takr Tale ' +
  'Talu Taml Tang Tavt Telu Tfng Tglg Thaa Thai Tibt Tirh Tnsa Toto Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb'
).split(' ')
/** The mixtures that are read together: Japanese, Chinese and Korean, each with Latin ("Highly Restrictive"). */
const TOGETHER = ['Latn Hani Hira Kana', 'Latn Hani Bopo', 'Latn Hani Hang']

let patterns: RegExp[] | undefined

/**
 * Tells whether a name mixes the letters of scripts that are not written together, such as Latin and Cyrillic: it is not
 * "Highly Restrictive" (UTS 39, section 5.2). Characters that several scripts share count for each of them.
 */
export function mixesScripts(name: string): boolean {
  if (/^\p{ASCII}*$/u.test(name)) return false
  patterns ??= [...TOGETHER, ...SCRIPTS].map(patternOf)
  return !patterns.some((pattern) => pattern.test(name))
}

function patternOf(scripts: string): RegExp {
  const classes = ['Zyyy', 'Zinh', ...scripts.split(' ')].map((script) => String.raw`\p{scx=${script}}`)
  return new RegExp(`^[${classes.join('')}]*$`, 'u')
}
