import { BASE, rest } from './rest'
import { printed } from './applications'
import type { components } from './schema'
import type { Notice } from './types'

type S = components['schemas']

export type PartyConsent = S['PartyConsent']
export type StageConsent = S['StageConsent']
export type Stage = NonNullable<S['TransferStagesInBody']['stages']>[number]
export type Signing = S['Signing']
export type Signer = S['Signer']
export type SigningKind = Signing['kind']
export type PaperCopy = S['PaperCopy']
type Post = { seq: number; at: number }

const at = (id: string, ...path: string[]) => `/cases/${encodeURIComponent(id)}/${path.map(encodeURIComponent).join('/')}`

/** Consent to stages online (人民法院在线诉讼规则 第四条), for each party and stage. */
export const consents = {
  read: (id: string) => rest.get<S['Consents']>(at(id, 'consents')),
  notice: (id: string) => rest.get<Notice>(at(id, 'notices', 'online_consent')),
  declare: (id: string, what: S['DeclareConsentInBody']) => rest.post<Post>(at(id, 'consents'), what),
  transfer: (id: string, what: S['TransferStagesInBody']) => rest.post<Post>(at(id, 'consents', 'transfers'), what),
}

/** Papers that several sign: an agreement after mediation, its record, facts not in dispute. */
export const signings = {
  list: async (id: string) => (await rest.get<{ signings: Signing[] }>(at(id, 'signings'))).signings,
  open: (id: string, what: S['OpenSigningInBody']) => rest.post<Signing>(at(id, 'signings'), what),
  sign: (id: string, signing: string, what: S['SignPaperInBody']) => rest.post<Post>(at(id, 'signings', signing, 'signatures'), what),
  refuse: (id: string, signing: string, what: S['RefuseSigningInBody']) => rest.post<Post>(at(id, 'signings', signing, 'refusals'), what),
  end: (id: string, signing: string, what: S['EndSigningInBody']) => rest.put<Post>(at(id, 'signings', signing, 'end'), what),
  document: (id: string, signing: string) => `${BASE}${at(id, 'signings', signing, 'document')}`,
  /** The paper as it was laid before them; its bytes are what is signed. */
  paper: (attachment: string) => printed(`${BASE}/attachments/${encodeURIComponent(attachment)}`),
}

/** Copies on paper (R38). */
export const copies = {
  list: async (id: string) => (await rest.get<{ copies: PaperCopy[] }>(at(id, 'paper-copies'))).copies,
  ask: (id: string, what: S['RequestCopyInBody']) => rest.post<Post>(at(id, 'paper-copies'), what),
  answer: (id: string, copy: string, what: S['AnswerCopyInBody']) => rest.put<Post>(at(id, 'paper-copies', copy), what),
}

export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('')
}
