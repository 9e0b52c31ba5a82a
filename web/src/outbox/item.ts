import type { EventBody, FileInfo, MessageKind } from '@/api/types'

/** One message that the server has not acknowledged. It is kept on the phone until it has. */
export interface OutboxItem {
  /** The event's id, made once and kept over every retry. */
  id: string
  case: string
  thread: string
  kind: MessageKind
  body: EventBody
  /** Place in the order of writing. */
  order: number
  at: number
  file?: FileInfo
  /** Where the unfinished upload goes on (tus). */
  upload?: string
  /** The finished upload's id, from which the server makes the attachment. */
  uploaded?: string
  attachment?: string
  failed?: { code: string; text: string }
}

/** A UUID that grows with time (version 7, RFC 9562): the server finds the newest ids next to each other. */
export function newId(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  new DataView(b.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | BigInt((b[6]! << 8) | b[7]!))
  b[6] = (b[6]! & 0x0f) | 0x70
  b[8] = (b[8]! & 0x3f) | 0x80
  const h = [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`
}
