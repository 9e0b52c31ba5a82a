import { printed } from './applications'
import { BASE, rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type TranscriptView = S['TranscriptView']
export type Written = S['WrittenLine']
export type LineChange = S['LineChange']
export type LinesSaved = S['LinesSaved']
export type Correction = S['TranscriptCorrection']
export type TranscriptSigner = S['TranscriptSigner']
export type Template = S['TranscriptTemplate']
export type CorrectionWish = S['CorrectionBody']
export type Testimony = S['Testimony']
type Post = { seq: number; at: number }

/** What tells a page that lines have changed (PROTOCOL.md, section 5.10). */
export interface TranscriptFrame {
  t: 'transcript'
  case: string
  hearing: string
  changes: number
}

const at = (id: string, h: string, ...path: string[]) => `/cases/${encodeURIComponent(id)}/hearings/${encodeURIComponent(h)}/transcript${path.map((x) => `/${encodeURIComponent(x)}`).join('')}`

export const transcripts = {
  read: (id: string, h: string, since = 0) => rest.get<TranscriptView>(at(id, h), since ? { since } : undefined),
  write: (id: string, h: string, pen: string, changes: LineChange[]) => rest.post<LinesSaved>(at(id, h, 'changes'), { pen, changes }),
  live: (id: string, h: string, event: string, on: boolean) => rest.put<Post>(at(id, h, 'live'), { event, on }),
  present: (id: string, h: string, event: string, changes: number) => rest.post<Post>(at(id, h, 'presentations'), { event, changes }),
  end: (id: string, h: string, what: S['EndTranscriptInBody']) => rest.post<Post>(at(id, h, 'ends'), what),
  correct: (id: string, h: string, what: CorrectionWish) => rest.post<Post>(at(id, h, 'corrections'), what),
  answer: (id: string, h: string, correction: string, what: S['AnswerCorrectionInBody']) => rest.post<Post>(at(id, h, 'corrections', correction, 'answers'), what),
  sign: (id: string, h: string, event: string, sha256: string) => rest.post<Post>(at(id, h, 'signatures'), { event, sha256 }),
  refuse: (id: string, h: string, what: S['RefuseTranscriptInBody']) => rest.post<Post>(at(id, h, 'refusals'), what),
  document: (id: string, h: string) => `${BASE}${at(id, h, 'document')}`,
  /** The transcript with its corrections; its bytes are what is signed. */
  paper: (attachment: string) => printed(`${BASE}/attachments/${encodeURIComponent(attachment)}`),
}

/** A witness's own part. */
export const testimony = {
  read: (h: string) => rest.get<Testimony>(`/hearings/${encodeURIComponent(h)}/testimony`),
  correct: (h: string, what: CorrectionWish) => rest.post<Post>(`/hearings/${encodeURIComponent(h)}/testimony/corrections`, what),
  sign: (h: string, event: string, sha256: string) => rest.post<Post>(`/hearings/${encodeURIComponent(h)}/testimony/signatures`, { event, sha256 }),
  refuse: (h: string, event: string, reason: string) => rest.post<Post>(`/hearings/${encodeURIComponent(h)}/testimony/refusals`, { event, ...(reason ? { reason } : {}) }),
}
