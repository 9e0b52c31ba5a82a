import type { EvidenceKind, Submission } from '@/api/evidence'
import type { FileInfo } from '@/api/types'
import type { Media, Turn } from '@/viewer/page'

/** One file on its way to the court. Its bytes stay as they are; they stand in the phone's `blobs` under the same id. */
export interface Page {
  id: string
  parcel: string
  name: string
  type: string
  size: number
  media: Media
  /** How the court's uploads call it. */
  kind: 'image' | 'file' | 'video'
  /** A small picture, made when the file was picked. */
  thumb?: Blob
  sha256?: string
  /** Where the unfinished upload goes on (tus). */
  upload?: string
  /** The finished upload's id. */
  uploaded?: string
  attachment?: string
  file?: FileInfo
  turn?: Turn
  failed?: { code: string; text: string }
}

export interface DraftExhibit {
  id: string
  name: string
  kind: EvidenceKind | ''
  purpose: string
  source: string
  original_held: boolean
  /** Ids, in their order. */
  pages: string[]
}

export interface AspectForm {
  objection: boolean
  text: string
}
export const aspects = ['authenticity', 'legality', 'relevance'] as const
export type AspectName = (typeof aspects)[number]

export interface OpinionForm {
  exhibit: string
  objection: boolean
  authenticity: AspectForm
  legality: AspectForm
  relevance: AspectForm
  text: string
  images: string[]
}

/** What is put together on the phone for one act, with its files: a submission of exhibits, or an opinion on one. */
export interface Parcel {
  id: string
  case: string
  /** The participant for whom it is done; empty where that is plain. */
  for: string
  /** The id of the act, made once: sent again it is the same act. */
  event: string
  exhibits?: DraftExhibit[]
  late_reason?: string
  opinion?: OpinionForm
  /** `sent`: the person has said that it shall go, and it goes as soon as its files are there. */
  state: 'draft' | 'sent' | 'done'
  /** The court's last word on it where it was refused. */
  failed?: { code: string; text: string; field: string }
  result?: Submission
  /** The draft that the court holds: its number, and when it took it. */
  revision: number
  savedAt: number
  changedAt: number
  /** What was changed since the court took it. */
  dirty: boolean
}

export function pageIds(p: Parcel): string[] {
  return [...(p.exhibits ?? []).flatMap((e) => e.pages), ...(p.opinion?.images ?? [])]
}

export function mediaOf(file: { type: string; name: string }): Media | undefined {
  if (file.type.startsWith('image/')) return 'image'
  if (file.type === 'application/pdf' || /\.pdf$/i.test(file.name)) return 'pdf'
  if (file.type.startsWith('audio/') || /\.(mp3|m4a|wav|amr|aac|ogg)$/i.test(file.name)) return 'audio'
  if (file.type.startsWith('video/')) return 'video'
  return undefined
}

export const uploadKind = { image: 'image', pdf: 'file', audio: 'file', video: 'video' } as const
