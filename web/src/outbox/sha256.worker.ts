import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const STEP = 1 << 20

/** Answers a file with the SHA-256 of its bytes, in hex. It is read a little at a time: phones have little memory. */
onmessage = async ({ data }: MessageEvent<Blob>) => {
  try {
    const hash = sha256.create()
    for (let at = 0; at < data.size; at += STEP) hash.update(new Uint8Array(await data.slice(at, at + STEP).arrayBuffer()))
    postMessage({ sha256: bytesToHex(hash.digest()) })
  } catch (err) {
    postMessage({ failed: String(err) })
  }
}
