import { rest } from './rest'
import type { components } from './schema'

type S = components['schemas']

export type Evidence = S['Evidence']
export type EvidenceParty = S['EvidenceParty']
export type Exhibit = S['Exhibit']
export type ExhibitDetails = S['ExhibitDetails']
export type ExhibitPage = S['ExhibitPage']
export type ExhibitIn = S['ExhibitIn']
export type EvidenceKind = Exclude<ExhibitIn['kind'], ''>
export type EvidenceDraft = S['EvidenceDraft']
export type Submission = S['Submission']
export type Receipt = S['EvidenceReceipt']
export type Catalog = S['Catalog']
export type Opinion = S['Opinion']
export type OpinionState = S['OpinionState']
export type Exchange = S['Exchange']
export type Deadline = S['Deadline']
export type HashCheck = S['HashCheck']
export type OriginalState = S['OriginalNote']['state']
export type Ruling = S['RulingNote']['ruling']
type Post = { seq: number; at: number }

/** The eight kinds of evidence (民事诉讼法 第六十六条), in the law's order. */
export const evidenceKinds: EvidenceKind[] = [
  'party_statement', 'documentary', 'physical', 'audio_visual', 'electronic_data', 'witness_testimony', 'expert_opinion', 'inspection_records',
]

const enc = encodeURIComponent
const at = (id: string, ...path: string[]) => `/cases/${enc(id)}/${path.map(enc).join('/')}`
/** The API leaves lists out where it may. */
const whole = (e: Exhibit): Exhibit => ({ ...e, opinions: e.opinions ?? [] })

export const evidence = {
  read: async (id: string): Promise<Evidence> => {
    const e = await rest.get<Evidence>(at(id, 'evidence'))
    return { ...e, exhibits: (e.exhibits ?? []).map(whole), parties: e.parties ?? [], exchanges: e.exchanges ?? [], deadlines: e.deadlines ?? [], acts_for: e.acts_for ?? [] }
  },
  exhibit: (id: string, exhibit: string) => rest.get<ExhibitDetails>(at(id, 'exhibits', exhibit)),
  submit: (id: string, what: S['SubmitInBody']) => rest.post<Submission>(at(id, 'exhibits'), what),
  withdraw: (id: string, exhibit: string, event: string, reason: string) => rest.post<Post>(at(id, 'exhibits', exhibit, 'withdrawal'), { event, reason }),
  opine: (id: string, exhibit: string, what: S['OpinionInBody']) => rest.post<Post>(at(id, 'exhibits', exhibit, 'opinions'), what),
  check: (id: string, exhibit: string, page: number) => rest.get<HashCheck>(at(id, 'exhibits', exhibit, 'verification'), { page }),
  receipt: (id: string, submission: string) => rest.get<Receipt>(at(id, 'submissions', submission, 'receipt')),
  catalog: (id: string, party: string) => rest.get<Catalog>(at(id, 'evidence', 'catalog'), { party }),
  catalogPaper: (id: string, party: string) => `/api/v1${at(id, 'evidence', 'catalog', 'document')}?party=${enc(party)}`,
  receiptPaper: (id: string, submission: string) => `/api/v1${at(id, 'submissions', submission, 'receipt', 'document')}`,
  watermark: (id: string, event: string, on: boolean, reason: string) => rest.put<Post>(at(id, 'evidence', 'watermark'), { event, on, ...(reason ? { reason } : {}) }),
  drafts: async (id: string) => (await rest.get<{ drafts: EvidenceDraft[] | null }>(at(id, 'evidence-drafts'))).drafts ?? [],
  draft: (id: string, draft: string) => rest.get<EvidenceDraft>(at(id, 'evidence-drafts', draft)),
  saveDraft: (id: string, draft: string, what: S['SaveDraftInBody']) => rest.put<EvidenceDraft>(at(id, 'evidence-drafts', draft), what),
  removeDraft: (id: string, draft: string) => rest.del<void>(at(id, 'evidence-drafts', draft)),
  openExchange: (id: string, what: S['OpenExchangeInBody']) => rest.post<Post>(at(id, 'exchanges'), what),
  changeExchange: (id: string, exchange: string, what: S['ChangeExchangeInBody']) => rest.patch<Post>(at(id, 'exchanges', exchange), what),
  closeExchange: (id: string, exchange: string, event: string, reason: string) => rest.post<Post>(at(id, 'exchanges', exchange, 'close'), { event, reason }),
  deadline: (id: string, what: S['DeadlineInBody']) => rest.put<Post>(at(id, 'evidence', 'deadline'), what),
  original: (id: string, exhibit: string, what: S['OriginalInBody']) => rest.put<Post>(at(id, 'exhibits', exhibit, 'original'), what),
  rule: (id: string, exhibit: string, event: string, ruling: Ruling, reason: string) => rest.put<Post>(at(id, 'exhibits', exhibit, 'ruling'), { event, ruling, reason }),
}
