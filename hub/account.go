package hub

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"microcourt/hub/passkey"
	"microcourt/store"
	"microcourt/store/court"
)

// SMS sends a text message to a mainland mobile number of 11 digits, or another as E.164 writes it. See package hub/sms.
type SMS interface {
	Send(ctx context.Context, phone, text string) error
}

// AccountConfig says how people sign in.
type AccountConfig struct {
	// SMS sends the codes; nil means that signing in by phone isn't set up, and says so.
	SMS SMS
	// Demo gives the code back to whoever asked for it, and relaxes the limits. Only for demonstrations.
	Demo bool
	// Codes bound the codes sent to one phone; zero means store.DefaultCodeLimits.
	Codes store.CodeLimits
	// OIDC is the identity provider of the court's own people; nil for none. OIDCOnly lets them sign in by it alone.
	OIDC     OIDC
	OIDCOnly bool
	// Passkeys is the site that passkeys are bound to; nil for none.
	Passkeys *passkey.Site
	// Password is what hashing a password costs; zero means DefaultPasswordCost.
	Password PasswordCost
}

// accounts is what signing in needs beside the record.
type accounts struct {
	cfg       AccountConfig
	passwords *passwords
	codes     *addressLimits // codes asked for, by network address
	guesses   *addressLimits // codes and passwords tried, by network address
}

// Many people can share one address (the court's own network, a carrier's), so these bounds are wide; they stop
// machines. What protects one phone or one account counts in the record.
const (
	codesPerAddress   = 30
	codesRefill       = 10 * time.Second
	guessesPerAddress = 60
	guessesRefill     = 2 * time.Second
)

func newAccounts(cfg AccountConfig) *accounts {
	if cfg.Codes == (store.CodeLimits{}) {
		cfg.Codes = store.DefaultCodeLimits
		if cfg.Demo {
			cfg.Codes.Pause, cfg.Codes.PerHour = 3*time.Second, 1000
		}
	}
	if cfg.Password == (PasswordCost{}) {
		cfg.Password = DefaultPasswordCost
	}
	a := &accounts{cfg: cfg, passwords: newPasswords(cfg.Password)}
	codes, guesses := codesPerAddress, guessesPerAddress
	if cfg.Demo {
		codes, guesses = 100*codes, 100*guesses
	}
	a.codes = newAddressLimits(rate.Every(codesRefill), codes)
	a.guesses = newAddressLimits(rate.Every(guessesRefill), guesses)
	return a
}

// Console is the actor of commands that the operator gives on the machine itself. They go through Do and into the
// audit like everybody's.
func Console() Actor { return Actor{Role: court.RoleAdmin, Lang: "en", Address: "console"} }

// by says for the audit who acts.
func (a Actor) by() store.By { return store.By{PersonID: a.PersonID, Address: a.Address} }

// sessionData is what a session that the actor signs in to is opened with.
func (a Actor) sessionData(device string) store.SessionData {
	if device == "" {
		device = a.Device
	}
	return store.SessionData{Device: deviceName(device), Address: a.Address, Replaces: a.SessionID}
}

// deviceName makes one short line of whatever a client says about itself.
func deviceName(s string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "") {
		if !unicode.IsPrint(r) {
			r = ' '
		}
		if b.Len()+utf8.RuneLen(r) > 200 {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// SignedIn is what signing in gives. Token is the secret that stands for the session; it is given out this once.
type SignedIn struct {
	Person  Me
	Session store.Session
	Token   string
}

func (h *Hub) signedIn(ctx context.Context, session store.Session, token string) (SignedIn, error) {
	me, err := h.me(ctx, session.PersonID, session.ID, session.Role)
	return SignedIn{Person: me, Session: session, Token: token}, err
}

// Me is what a person is told about their own account.
type Me struct {
	ID       string              `json:"id"`
	Name     string              `json:"name"`
	Role     court.Role          `json:"role" enum:"person,judge,clerk,admin"`
	Phone    string              `json:"phone" doc:"masked, empty where none is known"`
	Verified *store.Verification `json:"verified" doc:"how my identity was verified, or null"`
	Lang     string              `json:"lang" enum:"zh,en"`
	TOTP     bool                `json:"totp" doc:"signing in asks for a second step"`
	Capacity court.Role          `json:"capacity" enum:"party,representative," doc:"in which this session is used; empty for the court's own people"`
	Cases    store.CapacityCases `json:"cases" doc:"how many I have in each capacity"`
}

func (h *Hub) me(ctx context.Context, personID, sessionID string, role court.Role) (Me, error) {
	p, err := h.store.Person(ctx, personID)
	if err != nil {
		return Me{}, err
	}
	me := Me{ID: p.ID, Name: p.Name, Role: role, Phone: p.Phone, Verified: p.Verified, Lang: p.Lang}
	if role == court.RolePerson {
		if _, me.Capacity, err = h.store.SessionNow(ctx, sessionID, personID); err == nil {
			me.Cases, err = h.store.CapacityCases(ctx, personID)
		}
		if err != nil {
			return Me{}, err
		}
	}
	if role.Staff() {
		st, err := h.store.StaffByPerson(ctx, personID)
		if err != nil && !errors.Is(err, court.ErrNotFound) {
			return Me{}, err
		}
		me.TOTP = st != nil && st.TOTP
	}
	return me, nil
}

// ReadMe gives the actor's own account.
type ReadMe struct{}

func (ReadMe) rule() rule { return rule{act: court.ActMeRead} }

func (ReadMe) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Me, error) {
	return h.me(ctx, actor.PersonID, actor.SessionID, actor.Role)
}

// SetLanguage chooses in which language the program writes to the actor: "zh" or "en".
type SetLanguage struct{ Lang string }

func (SetLanguage) rule() rule { return rule{act: court.ActLanguageSet} }

func (l SetLanguage) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if l.Lang != "zh" && l.Lang != "en" {
		return Nothing{}, court.ErrInvalid.In("lang")
	}
	return Nothing{}, h.store.SetLanguage(ctx, actor.PersonID, l.Lang)
}
