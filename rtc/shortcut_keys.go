package rtc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// handshakeKeys learns what a client's media are encrypted with, from the handshake in which we are the server: the WebRTC stack keeps its keys to itself, but tells of both sides' random numbers and of the secret that follows. They
// stay in memory, and are forgotten once the keys are derived.
type handshakeKeys struct {
	mu      sync.Mutex
	random  [handshake.RandomLength]byte // ours
	profile srtp.ProtectionProfile       // zero: this handshake is not one that we can follow
	context *srtp.Context                // nil until the handshake has come so far
}

// follow has the connection that is made with settings tell of its handshake.
func (k *handshakeKeys) follow(settings *webrtc.SettingEngine) {
	settings.SetDTLSServerHelloMessageHook(k.hello)
	settings.SetDTLSKeyLogWriter(k)
}

// followed are the ciphers whose keys are derived with SHA-256 (RFC 5246, section 5).
var followed = map[dtls.CipherSuiteID]bool{
	dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: true,
	dtls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:   true,
}

var protections = map[dtls.SRTPProtectionProfile]srtp.ProtectionProfile{
	dtls.SRTP_AEAD_AES_128_GCM:       srtp.ProtectionProfileAeadAes128Gcm,
	dtls.SRTP_AES128_CM_HMAC_SHA1_80: srtp.ProtectionProfileAes128CmHmacSha1_80,
}

// hello is told what we answer to the client's first message.
func (k *handshakeKeys) hello(m handshake.MessageServerHello) handshake.Message {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.random, k.profile = m.Random.MarshalFixed(), 0
	if m.CipherSuiteID == nil || !followed[dtls.CipherSuiteID(*m.CipherSuiteID)] {
		return &m
	}
	for _, x := range m.Extensions {
		if use, ok := x.(*extension.UseSRTP); ok && len(use.ProtectionProfiles) == 1 {
			k.profile = protections[use.ProtectionProfiles[0]]
		}
	}
	return &m
}

// Write is told the secret, as a line of a key log: CLIENT_RANDOM, the client's random number and the secret, in hexadecimal digits.
func (k *handshakeKeys) Write(line []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if word := bytes.Fields(line); k.profile != 0 && len(word) == 3 && string(word[0]) == "CLIENT_RANDOM" {
		client, err := hex.AppendDecode(nil, word[1])
		secret, err2 := hex.AppendDecode(nil, word[2])
		if err == nil && err2 == nil {
			k.context = k.derive(client, secret)
		}
	}
	return len(line), nil
}

// derive gives the context for what the client sends; nil if there can't be one. mu is held.
func (k *handshakeKeys) derive(client, secret []byte) *srtp.Context {
	config := srtp.Config{Profile: k.profile}
	if config.ExtractSessionKeysFromDTLS(exporter{secret, client, k.random[:]}, false) != nil {
		return nil
	}
	context, err := srtp.CreateContext(config.Keys.RemoteMasterKey, config.Keys.RemoteMasterSalt, k.profile, srtp.SRTPReplayProtection(remembered), srtp.Cryptex(srtp.CryptexModeEnabled))
	if err != nil {
		return nil
	}
	return context
}

// take gives the context, once.
func (k *handshakeKeys) take() *srtp.Context {
	k.mu.Lock()
	defer k.mu.Unlock()
	context := k.context
	k.context = nil
	return context
}

// exporter derives keys from the secret of a handshake (RFC 5705, section 4).
type exporter struct{ secret, client, server []byte }

// ExportKeyingMaterial is for the SRTP library.
func (e exporter) ExportKeyingMaterial(label string, context []byte, length int) ([]byte, error) {
	if len(context) > 0 {
		return nil, errors.New("rtc: keys are exported without a context")
	}
	return prf.PHash(e.secret, append(append([]byte(label), e.client...), e.server...), length, sha256.New)
}
