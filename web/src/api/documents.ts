import { BASE, rest } from './rest'
import type { components } from './schema'
import type { CourtEvent } from './types'

type S = components['schemas']

export type CourtDocument = S['Document']
export type DocumentOnCard = S['DocumentOnCard']
export type DocumentDraft = S['DocumentDraft']
export type DocumentKind = CourtDocument['kind']
export type Recipient = S['PossibleRecipient']
export type Service = S['Service']
export type Delivery = S['Delivery']
export type DeliveryWay = Delivery['way']
export type AddressForService = S['AddressForService']
export type ConfirmedAddress = S['ConfirmedAddress']
export type ServiceAddress = Omit<S['ConfirmAddressInBody'], 'event' | 'notice_version' | 'notice_sha256' | '$schema'>
type Post = { seq: number; at: number }

/** The kinds of documents, those that decide something first. */
export const documentKinds: DocumentKind[] = ['judgment', 'ruling', 'mediation', 'decision', 'summons', 'notice', 'copy', 'transcript', 'other']
/** Other ways of service, in the order of the law (民事诉讼法 第八十八条 to 第九十五条). */
export const deliveryWays: DeliveryWay[] = ['direct', 'left', 'entrusted', 'mail', 'forwarded', 'public_notice']
/** Kinds for whose electronic service the law wants a consent of its own (民事诉讼法 第九十条). */
export const decides = (kind: DocumentKind | '') => kind === 'judgment' || kind === 'ruling' || kind === 'mediation'

const enc = encodeURIComponent
const at = (id: string, ...path: string[]) => `/cases/${enc(id)}/${path.map(enc).join('/')}`
/** The own address, or for the court a participant's. */
const address = (id: string, participant: string) => (participant ? at(id, 'participants', participant, 'service-address') : at(id, 'service-address'))

export const documents = {
  find: (q: { q?: string; waiting?: boolean; cursor?: string; limit?: number }) =>
    rest.get<{ documents: DocumentOnCard[]; next: string }>('/documents', { ...q, waiting: q.waiting ? 'true' : undefined }),
  list: async (id: string) => (await rest.get<{ documents: CourtDocument[] }>(at(id, 'documents'))).documents,
  read: (id: string, document: string) => rest.get<CourtDocument>(at(id, 'documents', document)),
  confirm: (id: string, service: string, event: string, sign: boolean) => rest.post<Post>(at(id, 'services', service, 'confirmation'), { event, ...(sign ? { sign } : {}) }),
  voucher: (id: string, service: string) => BASE + at(id, 'services', service, 'voucher'),
  recipients: async (id: string) => (await rest.get<{ recipients: Recipient[] }>(at(id, 'document-recipients'))).recipients,
  drafts: async (id: string) => (await rest.get<{ drafts: DocumentDraft[] }>(at(id, 'document-drafts'))).drafts,
  draft: (id: string, draft: string) => rest.get<DocumentDraft>(at(id, 'document-drafts', draft)),
  saveDraft: (id: string, draft: string, what: S['SaveDocumentDraftInBody']) => rest.put<DocumentDraft>(at(id, 'document-drafts', draft), what),
  removeDraft: (id: string, draft: string) => rest.del<void>(at(id, 'document-drafts', draft)),
  serve: (id: string, what: S['ServeDocumentInBody']) => rest.post<CourtDocument>(at(id, 'documents'), what),
  deliver: (id: string, document: string, what: S['DeliveryInBody']) => rest.post<Post>(at(id, 'documents', document, 'deliveries'), what),
  course: (id: string, cursor: string) => rest.get<{ events: CourtEvent[]; next: string }>(at(id, 'course'), { cursor }),
}

export const addresses = {
  read: (id: string, participant: string) => rest.get<AddressForService>(address(id, participant)),
  confirm: (id: string, what: S['ConfirmAddressInBody']) => rest.put<Post>(address(id, ''), what),
  record: (id: string, participant: string, what: S['RecordAddressInBody']) => rest.put<Post>(address(id, participant), what),
  paper: (id: string, participant: string, version: number) => `${BASE}${address(id, participant)}/document?version=${version}`,
}
