package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"

	"microcourt/store/court"
)

// AddressConfirmation is what somebody confirms about where and how to be served, or what the court notes for who did so elsewhere.
type AddressConfirmation struct {
	RoomAct     `json:"-"`
	Participant string               `json:"participant,omitempty"` // whom the court notes it for; "" for the author
	Basis       court.ConsentBasis   `json:"basis"`
	Address     court.ServiceAddress `json:"address"`
	// NoticeVersion and NoticeSHA256 are of the text that was shown with it.
	NoticeVersion string `json:"notice_version,omitempty"`
	NoticeSHA256  string `json:"notice_sha256,omitempty"`
	Signature     string `json:"signature,omitempty"` // the author's signature on file that stands under it
	Note          string `json:"note,omitempty"`      // of the court: how the consent came about
}

// addressBody is what the event of a confirmation says. What is personal is sealed.
type addressBody struct {
	Participant   string             `json:"participant"`
	Version       int64              `json:"version"`
	Basis         court.ConsentBasis `json:"basis"`
	Electronic    bool               `json:"electronic"`
	Decisions     bool               `json:"decisions"`
	NoticeVersion string             `json:"notice_version,omitempty"`
	NoticeSHA256  string             `json:"notice_sha256,omitempty"`
	Signature     string             `json:"signature,omitempty"`
	SHA256        string             `json:"sha256"`
	Sealed        string             `json:"sealed"`
	Note          string             `json:"note,omitempty"`
}

// confirmedText is what was confirmed, as it is hashed and sealed. The salt keeps the hash from telling the address.
type confirmedText struct {
	Salt         string               `json:"salt"`
	NoticeSHA256 string               `json:"notice_sha256"`
	Address      court.ServiceAddress `json:"address"`
}

// ConfirmAddress puts a confirmation into the participant's service thread, as a new version that counts from then on; the address lies in the record
// sealed with the data key. Errors: those of court.ServiceAddress.Check, court.ErrInvalid for a delegate who is a party.
func (s *Store) ConfirmAddress(ctx context.Context, c AddressConfirmation) (Appended, error) {
	if err := c.Address.Check(c.Basis); err != nil {
		return Appended{}, err
	}
	if err := court.CheckReason(c.Note, c.Basis == court.ConsentAgreed, "note"); err != nil {
		return Appended{}, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return Appended{}, err
	}
	act := court.ActAddressConfirm
	if c.Basis != court.ConsentConfirmed {
		act = court.ActAddressRecord
	}
	asked := map[string]string{"mac": hex.EncodeToString(s.keys.RecordMAC("service address", string(text)))} // of a plain hash the address might be guessed
	return s.threadAct(ctx, c.RoomAct, act, court.KindAddressConfirmed, asked,
		func(ctx context.Context, tx *Tx, st *court.Standing) (string, error) {
			if c.Basis == court.ConsentConfirmed {
				return court.ServiceThread(st.ParticipantID), nil
			}
			role, err := activeRole(ctx, tx, c.CaseID, c.Participant)
			if err == nil && role != court.RoleParty && role != court.RoleRepresentative {
				err = court.ErrNotFound
			}
			return court.ServiceThread(c.Participant), err
		},
		func(ctx context.Context, x *acting) (any, error) { return x.confirmAddress(ctx, &c) })
}

func (x *acting) confirmAddress(ctx context.Context, c *AddressConfirmation) (*addressBody, error) {
	participant := c.Participant
	if c.Basis == court.ConsentConfirmed {
		participant = x.st.ParticipantID
	}
	x.words = addressWords
	return x.addressBody(ctx, x.CaseID, participant, c)
}

// addressWords is what search finds a confirmation by.
const addressWords = "送达地址确认书"

// addressBody makes the body of a confirmation for a participant, whose service thread is locked.
func (tx *Tx) addressBody(ctx context.Context, caseID, participant string, c *AddressConfirmation) (*addressBody, error) {
	b := &addressBody{Participant: participant, Basis: c.Basis, Electronic: c.Address.Electronic, Decisions: c.Address.Decisions,
		NoticeVersion: c.NoticeVersion, NoticeSHA256: c.NoticeSHA256, Signature: c.Signature, Note: c.Note}
	if d := c.Address.Delegate; d != nil { // the other side can't take one's documents
		var n int
		err := tx.row(ctx, "SELECT COUNT(*) FROM participant WHERE case_id = $1 AND role = 'party' AND id <> $2 AND name = $3", caseID, participant, d.Name).Scan(&n)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			return nil, court.ErrInvalid.In("delegate.name")
		}
	}
	if err := tx.row(ctx, "SELECT COALESCE(MAX(version), 0) + 1 FROM service_address WHERE participant_id = $1", participant).Scan(&b.Version); err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	text, err := json.Marshal(confirmedText{hex.EncodeToString(salt), c.NoticeSHA256, c.Address})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	b.SHA256, b.Sealed = hex.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(tx.s.keys.Seal(string(text)))
	return b, nil
}

// activeRole gives the role of a participant who is in the case, or court.ErrNotFound.
func activeRole(ctx context.Context, q queryer, caseID, participant string) (role court.Role, err error) {
	err = q.row(ctx, "SELECT role FROM participant WHERE case_id = $1 AND id = $2 AND removed_at IS NULL", caseID, participant).Scan(&role)
	return role, notFound(err)
}

// ConfirmedAddress is a version of somebody's address for service.
type ConfirmedAddress struct {
	Participant   string             `json:"participant"`
	Version       int64              `json:"version" doc:"1, 2 ...; the highest counts"`
	Basis         court.ConsentBasis `json:"basis" enum:"confirmed,paper,agreed" doc:"confirmed here, on paper, or agreed without confirming an address"`
	NoticeVersion string             `json:"notice_version,omitempty"`
	NoticeSHA256  string             `json:"notice_sha256,omitempty"`
	Signature     string             `json:"signature,omitempty" doc:"id of the signature on file that stands under it"`
	SHA256        string             `json:"sha256" doc:"of what was confirmed"`
	Note          string             `json:"note,omitempty"`
	By            string             `json:"by" doc:"participant id"`
	At            int64              `json:"at"`
	Seq           int64              `json:"seq" doc:"of its event in the service thread"`
	court.ServiceAddress
}

// Addresses gives all versions of a party's or representative's address for service, the newest first; court.ErrNotFound for who is none in the case. The
// caller has checked that the reader may know them.
func (s *Store) Addresses(ctx context.Context, caseID, participant string) ([]ConfirmedAddress, error) {
	var one int
	err := s.row(ctx, "SELECT 1 FROM participant WHERE case_id = $1 AND id = $2 AND role IN ('party', 'representative')", caseID, participant).Scan(&one)
	if err != nil {
		return nil, notFound(err)
	}
	rows, err := s.query(ctx, `SELECT participant_id, version, basis, notice_version, notice_sha256, signature, sha256, sealed, note, by_id, at, seq
		FROM service_address WHERE case_id = $1 AND participant_id = $2 ORDER BY version DESC`, caseID, participant)
	return collect(rows, err, func(r *sql.Rows) (a ConfirmedAddress, err error) {
		var sealed string
		err = r.Scan(&a.Participant, &a.Version, &a.Basis, &a.NoticeVersion, &a.NoticeSHA256, &a.Signature, &a.SHA256, &sealed, &a.Note, &a.By, &a.At, &a.Seq)
		if err != nil {
			return a, err
		}
		raw, err := base64.StdEncoding.DecodeString(sealed)
		if err != nil {
			return a, err
		}
		text, err := s.keys.Open(raw)
		if err != nil {
			return a, err
		}
		var said confirmedText
		err = json.Unmarshal([]byte(text), &said)
		a.ServiceAddress = said.Address
		return a, err
	})
}

// serviceConsent is what somebody has agreed to, as it is now.
type serviceConsent struct {
	basis                 court.ConsentBasis
	version               int64
	electronic, decisions bool
}

// serviceConsentOf gives a participant's consent to electronic service; the zero consent for who never gave one.
func serviceConsentOf(ctx context.Context, q queryer, participant string) (c serviceConsent, err error) {
	var electronic, decisions int64
	err = q.row(ctx, "SELECT basis, version, electronic, decisions FROM service_address WHERE participant_id = $1 ORDER BY version DESC LIMIT 1", participant).
		Scan(&c.basis, &c.version, &electronic, &decisions)
	if errors.Is(err, sql.ErrNoRows) {
		return serviceConsent{}, nil
	}
	c.electronic, c.decisions = electronic != 0, decisions != 0
	return c, err
}
