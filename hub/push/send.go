package push

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Errors of sending. None of them tells the endpoint, which is a secret of the browser's.
var (
	// ErrGone: the browser has ended the subscription; it is to be forgotten.
	ErrGone = errors.New("push: the subscription has ended")
	// ErrUnavailable: the push service doesn't answer, or asks to wait.
	ErrUnavailable = errors.New("push: the push service is not available")
	// ErrResting: the push service didn't answer just now, and is left alone for a while.
	ErrResting = errors.New("push: the push service is left alone for a while")
	// ErrRefused: the push service doesn't accept what we send.
	ErrRefused = errors.New("push: refused by the push service")
)

// Sender sends push messages under the server's key.
type Sender struct {
	key     *Key
	contact string
	local   bool
	client  *http.Client
	now     func() time.Time

	mu      sync.Mutex
	tokens  map[string]token     // by the push service's origin; guarded by mu
	resting map[string]time.Time // until when an origin that didn't answer is left alone; guarded by mu
}

type token struct {
	text    string
	expires time.Time
}

// sendTimeout bounds a send; nobody waits for it.
const sendTimeout = 10 * time.Second

// NewSender makes a sender. contact is how the push service's operators reach this server's: https://... or mailto:...  local lets it send to this machine and to private
// networks, over plain http too, for tests; otherwise only public addresses over https are reached, because a browser's word for an endpoint is anybody's word.
func NewSender(key *Key, contact string, local bool) *Sender {
	s := &Sender{key: key, contact: contact, local: local, now: time.Now, tokens: map[string]token{}, resting: map[string]time.Time{}}
	dialer := &net.Dialer{Timeout: sendTimeout}
	if !local {
		dialer.Control = publicOnly
	}
	s.client = &http.Client{
		Timeout:       sendTimeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: sendTimeout},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// publicOnly refuses to connect to what isn't a public address; it sees the address after names were looked up.
func publicOnly(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrSubscription
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || reserved(ip) {
		return ErrSubscription
	}
	return nil
}

// Networks that are no public internet and that netip doesn't know: shared address space, benchmarks, this network, NAT64.
var reservedNetworks = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16")}

func reserved(ip netip.Addr) bool {
	for _, n := range reservedNetworks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// Public is what a page subscribes with.
func (s *Sender) Public() string { return s.key.Public }

// Takes reports whether the sender would send to an endpoint at all.
func (s *Sender) Takes(sub *Subscription) bool {
	u, err := url.Parse(sub.Endpoint)
	return err == nil && (s.local || u.Scheme == "https")
}

// Message is what is sent. Topic makes a later message take the place of an earlier one that waits at the push service; TTL is how long it may wait there.
type Message struct {
	Text   []byte
	Topic  string // at most 32 characters of base64url
	TTL    time.Duration
	Urgent bool
}

// rest is how long a push service that doesn't answer is left alone: a court without a way out must not wait for each message.
const rest = time.Minute

// Send sends a message to a browser. Errors: ErrGone, ErrUnavailable, ErrResting, ErrRefused, ErrSubscription.
func (s *Sender) Send(ctx context.Context, sub *Subscription, m Message) error {
	if !s.Takes(sub) {
		return ErrSubscription
	}
	origin := originOf(sub.Endpoint)
	s.mu.Lock()
	until, rests := s.resting[origin]
	s.mu.Unlock()
	if rests && s.now().Before(until) {
		return ErrResting
	}
	err := s.send(ctx, sub, m)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !errors.Is(err, ErrUnavailable):
		delete(s.resting, origin)
	case ctx.Err() == nil:
		if len(s.resting) > maxOrigins { // origins are named by browsers
			clear(s.resting)
		}
		s.resting[origin] = s.now().Add(rest)
	}
	return err
}

// maxOrigins bounds what is remembered of push services.
const maxOrigins = 1000

func originOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (s *Sender) send(ctx context.Context, sub *Subscription, m Message) error {
	body, err := encrypt(sub, m.Text)
	if err != nil {
		return err
	}
	authorization, err := s.authorization(sub.Endpoint)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Endpoint, bytes.NewReader(body))
	if err != nil {
		return ErrSubscription
	}
	h := req.Header
	h.Set("Authorization", authorization)
	h.Set("Content-Encoding", "aes128gcm")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("TTL", strconv.Itoa(int(m.TTL/time.Second)))
	h.Set("Urgency", "normal")
	if m.Urgent {
		h.Set("Urgency", "high")
	}
	if m.Topic != "" {
		h.Set("Topic", m.Topic)
	}
	res, err := s.client.Do(req)
	if err != nil {
		if errors.Is(err, ErrSubscription) {
			return ErrSubscription
		}
		return ErrUnavailable // the client's own words hold the endpoint
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 16<<10))
	return answerError(res.StatusCode)
}

func answerError(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return ErrGone
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return fmt.Errorf("%w: status %d", ErrUnavailable, status)
	}
	return fmt.Errorf("%w: status %d", ErrRefused, status)
}

// A token is good for tokenLife and used for half of it; a push service refuses more than 24 hours (RFC 8292, 2).
const tokenLife = 12 * time.Hour

// authorization says who sends, for the push service at an endpoint.
func (s *Sender) authorization(endpoint string) (string, error) {
	origin, now := originOf(endpoint), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[origin]
	if !ok || now.Add(tokenLife/2).After(t.expires) {
		if len(s.tokens) > maxOrigins {
			clear(s.tokens)
		}
		var err error
		t = token{expires: now.Add(tokenLife)}
		if t.text, err = s.sign(origin, t.expires); err != nil {
			return "", err
		}
		s.tokens[origin] = t
	}
	return "vapid t=" + t.text + ", k=" + s.key.Public, nil
}

// sign makes a JSON web token with ES256 (RFC 7515, 7518).
func (s *Sender) sign(audience string, expires time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{"aud": audience, "exp": expires.Unix(), "sub": s.contact})
	if err != nil {
		return "", err
	}
	text := b64.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + b64.EncodeToString(claims)
	sum := sha256.Sum256([]byte(text))
	r, v, err := ecdsa.Sign(rand.Reader, s.key.private, sum[:])
	if err != nil {
		return "", err
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return text + "." + b64.EncodeToString(signature), nil
}
