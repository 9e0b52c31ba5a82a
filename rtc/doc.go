// Package rtc is the selective forwarding unit: it carries the sound and pictures of conferences between the phones that take part, and records them. It knows
// nothing of cases and roles: who may send, receive or be seen is told to it as [Permissions], and is enforced on the way of every packet.
//
// # Who offers
//
// A person has one PeerConnection, and the server always makes the offer. The offer holds ready-made slots to receive by: pairs of sound and picture, and one for a shared screen. Which person is in
// which slot is said beside it ([Signaller.Slots]), and changes by sending other packets there, so that somebody's coming renegotiates nobody. The client only ever answers. Each offer has a number, at most one is
// open, and whatever asks for a new one meanwhile (a restart of ICE, more slots) is remembered and offered after the answer. Since only one side offers there is no glare (RFC 8829,
// section 5.7); since an offer that wasn't answered is sent again when the client comes back, nobody waits for ever.
//
// The server is ICE-lite (RFC 8445, section 2.5): its addresses are in the offer, it sends no checks, and the client's addresses follow from the checks that it sends. So no candidates are exchanged at all, and there is nothing
// to flood.
//
// # The way of a packet
//
// What a client sends is decrypted where it is read from the network ([shortcut]), beside the WebRTC stack, which has told us the handshake's secret and what the stream is; what it doesn't know yet goes through the stack ([streams]). The goroutine that reads keeps the packet in the cache of its stream ([layer])
// and hands it to each slot that shows the stream, there and then. A slot rewrites what has to look continuous to the receiver (sequence number, time, picture
// number) and writes. All packets of one fan-out, and of those that came with one system call, leave with one ([batchConn]). There is one cache per incoming stream and none per receiver: what a receiver asks for again is found by
// undoing the rewriting.
//
// # How much a receiver is sent
//
// An [estimator] for each receiver finds from its reports what the network carries; sound comes first, then small pictures, then larger ones ([choose]). Where packets come to wait, what arrives meanwhile is what there is room for, and the estimate goes there and not below, so that pictures
// become small before they stand still. What more there is a [probe] tries out with padding while somebody's picture would be better by it, and once while somebody waits and gets no pictures. Measured (badnet_test.go: voice of 54 kbit/s, 300 ms there and back, 10 % lost, from 750 to 150 kbit/s and then 60): small after 1.8 s, still after 4 s, no voice
// concealed that a buffer of 800 ms waits for (at most 1.5 %); when the network is good again the picture is back after 4 s and large after 5. Padding goes out only while all else is calm, and after a failure half as often, up to every 8 s.
// Signalling goes by a socket of the hub's beside all that: with 10 % lost, 300 ms and 150 kbit/s for both together, half of what was asked was answered within 0.4 s, 95 of 100 within 1.3 and all within 1.5 (cmd/microcourt/e2e/badnet_linux_test.go, two hosts with the kernel's own TCP).
package rtc
