import { codeOf } from '@/api/errors'
import { rest } from '@/api/rest'
import type { components } from '@/api/schema'
import type { Me } from '@/api/types'
import { needWords, t } from '@/i18n'
import { say } from '@/ui/ask'
import { reverify } from '@/ui/reverify'
import { deviceName } from './session'

type S = components['schemas']
export type Passkey = S['PasskeyInfo']

/** What browsers can't say in JSON before 2025. */
interface Descriptor {
  type: 'public-key'
  id: string
  transports?: AuthenticatorTransport[]
}

const bytes = (s: string) => Uint8Array.from(atob(s.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (b: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const known = (all: Descriptor[] = []) => all.map((d) => ({ ...d, id: bytes(d.id) }))

/** Everything in an answer that the court looks at, or that its library wants to see. */
function answerOf(c: PublicKeyCredential, response: Record<string, unknown>) {
  return { id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment ?? undefined, clientExtensionResults: {}, response }
}

/** Signs in with a passkey of this phone. Undefined where somebody thought better of it, or has none here, which browsers don't tell apart; that was said then. */
export async function signInByPasskey(): Promise<Me | undefined> {
  const [q] = await Promise.all([rest.post<S['PasskeyQuestion']>('/auth/passkey/question'), needWords('account')])
  const o = q.options as { challenge: string }
  let c: PublicKeyCredential
  try {
    c = (await navigator.credentials.get({ publicKey: { ...o, challenge: bytes(o.challenge) } })) as PublicKeyCredential
  } catch (err) {
    if (!(err instanceof DOMException)) throw err
    say(t('passkey.none_used'))
    return
  }
  const r = c.response as AuthenticatorAssertionResponse
  const answer = answerOf(c, {
    clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: r.userHandle ? text(r.userHandle) : undefined,
  })
  return (await rest.post<{ person: Me }>('/auth/passkey', { attempt: q.attempt, answer, device: deviceName() })).person
}

/** Asks for a code on the phone first, where none was answered within half an hour. */
async function question(): Promise<S['PasskeyQuestion'] | undefined> {
  try {
    return await rest.post<S['PasskeyQuestion']>('/me/passkeys/question')
  } catch (err) {
    if (codeOf(err) !== 'reverification_required') throw err
  }
  if (await reverify()) return rest.post<S['PasskeyQuestion']>('/me/passkeys/question')
}

/** Has this phone make a passkey, and the court keep its public key. Undefined where somebody thought better of it. */
export async function addPasskey(): Promise<Passkey | undefined> {
  const q = await question()
  if (!q) return
  const o = q.options as { challenge: string; user: { id: string; name: string; displayName: string }; excludeCredentials?: Descriptor[]; rp: { id: string; name: string }; pubKeyCredParams: PublicKeyCredentialParameters[] }
  let c: PublicKeyCredential
  try {
    c = (await navigator.credentials.create({
      publicKey: { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: known(o.excludeCredentials) },
    })) as PublicKeyCredential
  } catch (err) {
    if (!(err instanceof DOMException)) throw err
    say(t(err.name === 'InvalidStateError' ? 'passkey.held' : 'passkey.not_made'))
    return
  }
  const r = c.response as AuthenticatorAttestationResponse
  const answer = answerOf(c, { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [] })
  return rest.post<Passkey>('/me/passkeys', { attempt: q.attempt, name: deviceName(), answer })
}

const one = (id: string) => `/me/passkeys/${encodeURIComponent(id)}`

export const listPasskeys = async () => (await rest.get<{ passkeys: Passkey[] }>('/me/passkeys')).passkeys
export const renamePasskey = (id: string, name: string) => rest.patch<void>(one(id), { name })

/** Takes it away, and tells the browser so that the phone offers it no longer, where browsers can be told. */
export async function removePasskey(p: Passkey, origin: string) {
  await rest.del<void>(one(p.id))
  const signal = (PublicKeyCredential as unknown as { signalUnknownCredential?: (o: { rpId: string; credentialId: string }) => Promise<void> }).signalUnknownCredential
  await signal?.call(PublicKeyCredential, { rpId: new URL(origin).hostname, credentialId: p.credential }).catch(() => {})
}
