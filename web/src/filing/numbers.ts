// Checks of document numbers that can be done at once, as they are typed. The server's are the ones that count (store/court/iddoc.go, orgcode.go).

/** What is wrong with a number; '' where nothing is known to be. */
export type NumberFault = '' | 'format' | 'birthdate' | 'birthdate_range' | 'checksum' | 'org_code_checksum'

const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const value = (c: string) => parseInt(c, 36)
const weighted = (s: string, weights: readonly number[]) => weights.reduce((sum, w, i) => sum + w * value(s[i]!), 0)

/** Without spaces, in plain capital letters and digits, also where a Chinese keyboard wrote them wide. */
export function normal(typed: string): string {
  return typed.replace(/\s/g, '').replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).toUpperCase()
}

/** A citizen's number (GB 11643-1999). `today` is 20261126. */
export function gb11643(n: string, today: string): NumberFault {
  if (!/^[1-9]\d{16}[\dX]$/.test(n)) return 'format'
  const [y, m, d] = [Number(n.slice(6, 10)), Number(n.slice(10, 12)), Number(n.slice(12, 14))]
  const born = new Date(Date.UTC(y, m - 1, d))
  born.setUTCFullYear(y)
  if (born.getUTCMonth() !== m - 1 || born.getUTCDate() !== d) return 'birthdate'
  if (y < 1900 || n.slice(6, 14) > today) return 'birthdate_range'
  return '10X98765432'[weighted(n, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === n[17] ? '' : 'checksum'
}

/** An organisation code (GB 11714-1997), with or without its dash. */
export function gb11714(typed: string): NumberFault {
  const n = typed.replace(/-/g, '')
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(n)) return 'format'
  return '0123456789X0'[11 - (weighted(n, [3, 7, 9, 10, 5, 8, 4, 2]) % 11)] === n[8] ? '' : 'checksum'
}

/** A unified social credit code (GB 32100-2015): its characters 9 to 17 are an organisation code with a check of its own. */
export function gb32100(n: string): NumberFault {
  if (!new RegExp(`^[${USCC}]{2}\\d{6}[${USCC}]{10}$`).test(n)) return 'format'
  const sum = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28].reduce((s, w, i) => s + w * USCC.indexOf(n[i]!), 0)
  if (USCC[(31 - (sum % 31)) % 31] !== n[17]) return 'checksum'
  return gb11714(n.slice(8, 17)) ? 'org_code_checksum' : ''
}

/** A Hong Kong identity number, with or without brackets. */
export function hkid(typed: string): NumberFault {
  const m = /^([A-Z]{1,2})(\d{6})\(?([\dA])\)?$/.exec(typed)
  if (!m) return 'format'
  const letters = m[1]! + m[2]!
  let sum = m[1]!.length === 1 ? 36 * 9 : 0 // a missing first letter counts as a space
  for (let i = 0; i < letters.length; i++) sum += value(letters[i]!) * (7 + m[1]!.length - i)
  return (11 - (sum % 11)) % 11 === value(m[3]!) ? '' : 'checksum'
}

/** A Taiwan identity number. */
export function twid(n: string): NumberFault {
  if (!/^[A-Z][1289]\d{8}$/.test(n)) return 'format'
  const letter = 10 + 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(n[0]!)
  return weighted(`${letter}${n.slice(1)}`, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0 ? '' : 'checksum'
}

const checks: Record<string, (n: string, today: string) => NumberFault> = {
  resident_id: gb11643,
  temp_resident_id: gb11643,
  household_register: gb11643,
  hmt_residence_permit: (n, today) => (/^8[123]0000/.test(n) ? gb11643(n, today) : 'format'),
  foreign_permanent_resident: (n, today) => (/^9\d{16}[\dX]$/.test(n) ? gb11643(n, today) : /^[A-Z]{3}\d{12}$/.test(n) ? '' : 'format'),
  hk_id: hkid,
  tw_id: twid,
  uscc: gb32100,
  org_code: gb11714,
}

/** Looks at a number as far as its kind of document carries a check. Whatever is still being typed is only told once it is long enough to be whole. */
export function faultOf(kind: string, typed: string, now = new Date()): NumberFault {
  const n = normal(typed)
  if (!n) return ''
  return checks[kind]?.(n, `${now.getFullYear()}${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`) ?? ''
}

/** What a citizen's number says of its holder. */
export function saidBy(kind: string, typed: string): { gender: 'male' | 'female'; born_on: string } | undefined {
  const n = normal(typed)
  if (!['resident_id', 'temp_resident_id', 'household_register', 'hmt_residence_permit'].includes(kind) || faultOf(kind, n)) return undefined
  if (!n) return undefined
  return { gender: Number(n[16]) % 2 ? 'male' : 'female', born_on: `${n.slice(6, 10)}-${n.slice(10, 12)}-${n.slice(12, 14)}` }
}
