package hub

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"microcourt/store/court"
)

// PasswordCost is what hashing one password with argon2id costs.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultPasswordCost is RFC 9106's second recommendation (64 MiB, 3 passes), with one lane: several people sign in at
// a time rather than one on all cores.
var DefaultPasswordCost = PasswordCost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 1}

// Limits of a password. The upper one bounds what is hashed.
const (
	minPasswordRunes = 12
	maxPasswordBytes = 1024
)

// passwordWait is how long somebody waits for a free place to hash in.
const passwordWait = 5 * time.Second

// passwords hashes and checks passwords, a few at a time: each takes 64 MiB and a core, and whoever asks is not
// signed in yet.
type passwords struct {
	cost   PasswordCost
	places chan struct{}
	// nobody is a hash that no password has. Checking against it costs as much as against a real one.
	nobody string
	// idKey is argon2.IDKey; a test counts how many run at a time.
	idKey func(password, salt []byte, passes, memoryKiB uint32, lanes uint8, length uint32) []byte
}

func newPasswords(cost PasswordCost) *passwords {
	salt, key := make([]byte, 16), make([]byte, 32)
	rand.Read(salt)
	rand.Read(key)
	return &passwords{
		cost:   cost,
		places: make(chan struct{}, min(runtime.GOMAXPROCS(0), 4)),
		nobody: encodeHash(cost, salt, key),
		idKey:  argon2.IDKey,
	}
}

// hash gives the PHC string of a password under a new salt.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	key, err := p.derive(ctx, password, salt, p.cost)
	if err != nil {
		return "", err
	}
	return encodeHash(p.cost, salt, key), nil
}

// check reports whether a password has the hash. Without a hash it takes as long and says no.
func (p *passwords) check(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		hash = p.nobody
	}
	cost, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	if len(password) > maxPasswordBytes {
		password = password[:maxPasswordBytes] + "\x00" // no password of ours; costs as much as any
	}
	got, err := p.derive(ctx, password, salt, cost)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

func (p *passwords) derive(ctx context.Context, password string, salt []byte, cost PasswordCost) ([]byte, error) {
	timer := time.NewTimer(passwordWait)
	defer timer.Stop()
	select {
	case p.places <- struct{}{}:
	case <-timer.C:
		return nil, court.ErrTooMany.RetryIn(int(passwordWait / time.Second))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.places }()
	return p.idKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, cost.Lanes, 32), nil
}

// checkNewPassword says whether a password will do for an account.
func checkNewPassword(password, login, field string) error {
	if len(password) > maxPasswordBytes {
		return court.ErrTooLarge.In(field)
	}
	if !utf8.ValidString(password) || utf8.RuneCountInString(password) < minPasswordRunes || strings.EqualFold(password, login) {
		return court.ErrPassword.In(field)
	}
	return nil
}

func encodeHash(c PasswordCost, salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, c.Lanes, b64(salt), b64(key))
}

func decodeHash(text string) (c PasswordCost, salt, key []byte, err error) {
	bad := fmt.Errorf("stored password hash has an unknown form")
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Lanes); err != nil || c.Passes == 0 || c.Lanes == 0 {
		return c, nil, nil, bad
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, bad
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) == 0 {
		return c, nil, nil, bad
	}
	return c, salt, key, nil
}
