import { BASE, restLang, rest } from './rest'
import { ApiError, OFFLINE } from './errors'
import type { components } from './schema'
import type { ErrorBody } from './types'

type S = components['schemas']

export type ApplicationKind = S['OfferedKind']
export type ApplicationField = S['ApplicationField']
export type ApplicationDraft = S['ApplicationDraft']
export type Application = S['Application']
export type Signature = S['Signature']
/** Values of a template, by the keys of its fields. */
export type Values = Record<string, unknown>
type Post = { seq: number; at: number }

const enc = encodeURIComponent
const at = (id: string, ...path: string[]) => `/cases/${enc(id)}/${path.map(enc).join('/')}`

/** A document as the court's program prints it: its bytes, their hash, and the characters that could not be printed. */
export interface Printed {
  pdf: ArrayBuffer
  sha256: string
  missing: string
}

export const applications = {
  kinds: async (id: string, party: string) => (await rest.get<{ kinds: ApplicationKind[] }>(at(id, 'application-kinds'), { for: party })).kinds,
  list: async (id: string) => (await rest.get<{ applications: Application[] }>(at(id, 'applications'))).applications,
  read: (id: string, application: string) => rest.get<Application>(at(id, 'applications', application)),
  drafts: async (id: string) => (await rest.get<{ drafts: ApplicationDraft[] }>(at(id, 'application-drafts'))).drafts,
  draft: (id: string, draft: string) => rest.get<ApplicationDraft>(at(id, 'application-drafts', draft)),
  saveDraft: (id: string, draft: string, what: S['SaveApplicationDraftInBody']) => rest.put<ApplicationDraft>(at(id, 'application-drafts', draft), what),
  removeDraft: (id: string, draft: string) => rest.del<void>(at(id, 'application-drafts', draft)),
  print: (id: string, draft: string, signed: boolean) => printed(`${BASE}${at(id, 'application-drafts', draft)}/document${signed ? '?signed=true' : ''}`),
  sign: (id: string, draft: string, revision: number, sha256: string) => rest.post<S['Signed']>(at(id, 'application-drafts', draft, 'signature'), { revision, sha256 }),
  submit: (id: string, event: string, draft: string) => rest.post<Application>(at(id, 'applications'), { event, draft }),
  supplement: (id: string, application: string, what: S['SupplementInBody']) => rest.post<Post>(at(id, 'applications', application, 'supplements'), what),
  revoke: (id: string, application: string, event: string, reason: string) => rest.post<Post>(at(id, 'applications', application, 'revocation'), { event, ...(reason ? { reason } : {}) }),
  answer: (id: string, application: string, what: S['AnswerApplicationInBody']) => rest.post<Post>(at(id, 'applications', application, 'answers'), what),
}

export const signature = {
  read: () => rest.get<Signature>('/me/signature'),
  keep: (image: string) => rest.put<Signature>('/me/signature', { image }),
}

/** Fetches a printed document; its bytes are what is shown and what is signed. */
export async function printed(url: string, body?: unknown): Promise<Printed> {
  let res: Response
  try {
    const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    res = await fetch(url, { ...post, credentials: 'same-origin', cache: 'no-store', headers: { 'Accept-Language': restLang(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) } })
  } catch {
    throw new ApiError({ code: OFFLINE })
  }
  if (!res.ok) {
    const body = (await res.json().catch(() => undefined)) as ErrorBody | undefined
    throw new ApiError(body?.code ? body : { code: res.status >= 500 ? 'unavailable' : 'internal' }, res.status)
  }
  return { pdf: await res.arrayBuffer(), sha256: res.headers.get('X-Document-SHA256') ?? '', missing: res.headers.get('X-Document-Missing') ?? '' }
}
