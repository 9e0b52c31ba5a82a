/** What is wrong with a code: its form, its check digit, or that of the organisation code in it. Empty: nothing. */
export type CodeProblem = '' | 'form' | 'check' | 'inner_check'

/** No I, O, S, V, Z. */
const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const USCC_LENGTH = 18
const ORG_LENGTH = 9

/** What people type or paste, as the code is written: full-width figures, spaces and small letters. */
export function normalCode(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\u200b-]/g, '').toUpperCase()
}

export const lengthOf = (type: 'uscc' | 'org_code') => (type === 'uscc' ? USCC_LENGTH : ORG_LENGTH)

/** The same rules as the server's (GB 32100-2015, GB 11714-1997), so that a slip is told while it is typed. */
export function checkCode(type: 'uscc' | 'org_code', typed: string): CodeProblem {
  const n = normalCode(typed)
  return type === 'uscc' ? checkCredit(n) : checkOrganisation(n)
}

function checkCredit(n: string): CodeProblem {
  if (!new RegExp(`^[${USCC}]{2}\\d{6}[${USCC}]{10}$`).test(n)) return 'form'
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
  const sum = weights.reduce((s, w, i) => s + USCC.indexOf(n.charAt(i)) * w, 0)
  if (USCC[(31 - (sum % 31)) % 31] !== n[17]) return 'check'
  return checkOrganisation(n.slice(8, 17)) ? 'inner_check' : ''
}

function checkOrganisation(n: string): CodeProblem {
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(n)) return 'form'
  const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce((s, w, i) => s + parseInt(n.charAt(i), 36) * w, 0)
  return '0123456789X0'[11 - (sum % 11)] === n[8] ? '' : 'check'
}
