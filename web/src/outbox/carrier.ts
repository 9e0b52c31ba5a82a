import { cases, files } from '@/api/calls'
import { codeOf, OFFLINE } from '@/api/errors'
import type { Socket } from '@/api/socket'
import type { Carrier } from './outbox'
import { upload } from './upload'

/** Carries the outbox over the socket, and by plain requests while there is none. */
export function carrier(socket: Socket): Carrier {
  return {
    async send(item, body) {
      const { case: id, thread, kind } = item
      if (socket.state === 'open') {
        try {
          const ack = await socket.request({ t: 'send', case: id, thread, event: item.id, kind, body })
          return { seq: Number(ack.seq), at: Number(ack.at) }
        } catch (err) {
          // Without an answer nobody knows whether it arrived; the same id asked again gives the same answer.
          if (codeOf(err) !== OFFLINE) throw err
        }
      }
      return cases.send(id, thread, item.id, kind, body)
    },
    attachment: (upload) => files.attachment(upload),
    upload: (item, blob, address, part) =>
      upload({ name: item.file?.name ?? '', type: item.file?.type || blob.type, kind: item.kind, address: item.upload }, blob, address, part),
  }
}
