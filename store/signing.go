package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/signing"
)

// SigningInput is a paper as the court writes it.
type SigningInput struct {
	Kind     signing.Kind   `json:"kind" enum:"mediation_agreement,mediation_record,undisputed_facts"`
	HeldFrom int64          `json:"held_from,omitempty" doc:"when the mediation began"`
	HeldTo   int64          `json:"held_to,omitempty"`
	Lines    []signing.Line `json:"lines" minItems:"1" maxItems:"200"`
	Parties  []string       `json:"parties,omitempty" nullable:"false" doc:"participant ids of the parties that sign; none: all"`
	Until    int64          `json:"until,omitempty" doc:"until when they are asked to sign"`
}

// NewSigning lays a paper before those who have to sign it. Document is the attachment that holds it as it was printed, the author's own, with its hash.
type NewSigning struct {
	RoomAct `json:"-"`
	SigningInput
	Document, SHA256 string `json:"-"`
}

// signingRef names a paper in its events.
type signingRef struct {
	Signing string       `json:"signing"`
	Kind    signing.Kind `json:"kind"`
	Name    string       `json:"name"`
}

// signingBody is what the event says that lays a paper before its signers.
type signingBody struct {
	signingRef
	HeldFrom int64          `json:"held_from,omitempty"`
	HeldTo   int64          `json:"held_to,omitempty"`
	Lines    []signing.Line `json:"lines"`
	Signers  []string       `json:"signers"` // the parties; the author signs too
	Until    int64          `json:"until,omitempty"`
	Document ExhibitPage    `json:"document"`
}

// Check refuses a paper that can't be laid before people.
func (n *SigningInput) Check(now int64) error {
	switch {
	case n.HeldFrom < 0 || n.HeldFrom > now:
		return court.ErrInvalid.In("held_from")
	case n.HeldTo != 0 && (n.HeldTo < n.HeldFrom || n.HeldTo > now || n.HeldFrom == 0):
		return court.ErrInvalid.In("held_to")
	case n.Until != 0 && n.Until <= now:
		return court.ErrInvalid.In("until")
	}
	return signing.Check(n.Kind, n.Lines)
}

// OpenSigning puts a paper into the room. Its author, who led the mediation, signs it with the parties.
func (s *Store) OpenSigning(ctx context.Context, n NewSigning) (Appended, error) {
	return s.roomAct(ctx, n.RoomAct, court.ActSigningOpen, court.KindSigningOpened, n, func(ctx context.Context, x *acting) (any, error) {
		if err := n.Check(x.at); err != nil {
			return nil, err
		}
		parties, err := x.partiesNamed(ctx, n.Parties)
		if err != nil {
			return nil, err
		}
		b := signingBody{signingRef: signingRef{NewID(), n.Kind, signing.Papers[n.Kind].Name.ZH}, HeldFrom: n.HeldFrom, HeldTo: n.HeldTo, Lines: n.Lines,
			Signers: parties, Until: n.Until}
		taken, err := x.takeFiles(ctx, map[string]wantedPage{n.Document: {court.PageInput{Attachment: n.Document, SHA256: n.SHA256}, "document"}})
		if err != nil {
			return nil, err
		}
		b.Document = taken[n.Document]
		words := []string{b.Name}
		for _, l := range n.Lines {
			words = append(words, l.Text)
		}
		x.words = strings.Join(words, "\n")
		return b, nil
	})
}

// Signing is a paper with where it stands.
type Signing struct {
	ID       string         `json:"id"`
	Kind     signing.Kind   `json:"kind" enum:"mediation_agreement,mediation_record,undisputed_facts"`
	Name     exact.Text     `json:"name"`
	By       string         `json:"by" doc:"participant id of who led the mediation"`
	Document string         `json:"document" doc:"attachment: the paper as it was laid before the signers"`
	SHA256   string         `json:"sha256" doc:"of its bytes; what each signature is bound to"`
	HeldFrom int64          `json:"held_from,omitempty"`
	HeldTo   int64          `json:"held_to,omitempty"`
	Lines    []signing.Line `json:"lines" nullable:"false"`
	Until    int64          `json:"until,omitempty"`
	State    signing.State  `json:"state" enum:"open,complete,closed,withdrawn"`
	StateIs  exact.Text     `json:"state_name"`
	Reason   string         `json:"reason,omitempty" doc:"why the court ended it"`
	At       int64          `json:"at"`
	EndedAt  int64          `json:"ended_at,omitempty" doc:"an agreement is in force from here on"`
	Seq      int64          `json:"seq" doc:"of its event in the room"`
	Signers  []Signer       `json:"signers" nullable:"false"`
}

// Signer is somebody who has to sign: a party, or last who led the mediation.
type Signer struct {
	Party    string         `json:"party,omitempty" doc:"participant id; empty for who led the mediation"`
	Answer   signing.Answer `json:"answer" enum:"waiting,signed,refused"`
	By       string         `json:"by,omitempty" doc:"participant id of who signed or refused: the party or who represents it"`
	Reason   string         `json:"reason,omitempty" doc:"of the last refusal"`
	Refusals int64          `json:"refusals,omitempty" doc:"how often it was refused, also where it was signed after that"`
	At       int64          `json:"at,omitempty"`
	Mine     bool           `json:"mine,omitempty" doc:"the viewer can sign here"`

	signature string
}

// Signings gives the papers of a case, the newest first.
func (s *Store) Signings(ctx context.Context, caseID string, st *court.Standing) ([]Signing, error) {
	list, err := signings(ctx, s, caseID, "")
	if err != nil {
		return nil, err
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	mine, err := actsFor(ctx, s, caseID, st, parties)
	for i := range list {
		for n := range list[i].Signers {
			signer := &list[i].Signers[n]
			signer.Mine = signer.Party == "" && list[i].By == st.ParticipantID || !st.Role.OfCourt() && slices.Contains(mine, signer.Party)
		}
	}
	return list, err
}

// Signing gives one paper of a case, or court.ErrNotFound.
func (s *Store) Signing(ctx context.Context, caseID, id string, st *court.Standing) (*Signing, error) {
	list, err := s.Signings(ctx, caseID, st)
	i := slices.IndexFunc(list, func(g Signing) bool { return g.ID == id })
	if err != nil || i < 0 {
		return nil, orElse(err, court.ErrNotFound)
	}
	return &list[i], nil
}

func signings(ctx context.Context, q queryer, caseID, where string, args ...any) ([]Signing, error) {
	rows, err := q.query(ctx, `SELECT id, kind, by_id, document_id, sha256, held_from, held_to, lines, until, state, reason, at, ended_at, seq FROM signing
		WHERE case_id = $1`+where+" ORDER BY at DESC, id DESC", append([]any{caseID}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (g Signing, err error) {
		var lines string
		if err = r.Scan(&g.ID, &g.Kind, &g.By, &g.Document, &g.SHA256, &g.HeldFrom, &g.HeldTo, &lines, &g.Until, &g.State, &g.Reason, &g.At, &g.EndedAt, &g.Seq); err != nil {
			return g, err
		}
		g.Name, g.StateIs = signing.Papers[g.Kind].Name, signing.StateNames[g.State]
		return g, json.Unmarshal([]byte(lines), &g.Lines)
	})
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = []Signing{}
	}
	for i := range list {
		rows, err := q.query(ctx, "SELECT party_id, answer, by_id, signature_id, reason, refusals, at FROM signing_signer WHERE signing_id = $1 ORDER BY position", list[i].ID)
		list[i].Signers, err = collect(rows, err, func(r *sql.Rows) (p Signer, err error) {
			return p, r.Scan(&p.Party, &p.Answer, &p.By, &p.signature, &p.Reason, &p.Refusals, &p.At)
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// SigningPaper is all that a paper says, for printing.
type SigningPaper struct {
	Kind                       signing.Kind
	Court, DocketNumber, Cause string
	HeldFrom, HeldTo           int64
	Lines                      []signing.Line
	Parties                    []string // each with standing and who represents it
	Leader                     string   // who led the mediation, with standing
	Others                     []string // others of the court
	SHA256                     string   // of the paper without signatures, once it has been laid before the signers
	Signers                    []PrintedSigner
}

// PrintedSigner is one place for a signature.
type PrintedSigner struct {
	Label  string // standing and name
	Agent  string // name of the representative who signed
	Answer signing.Answer
	Reason string
	At     int64
	Image  []byte // the signature, PNG
}

// NewSigningPaper gives what a paper will say that the court has not laid before anybody yet.
func (s *Store) NewSigningPaper(ctx context.Context, caseID string, st *court.Standing, n SigningInput) (*SigningPaper, error) {
	if err := n.Check(s.nowMS()); err != nil {
		return nil, err
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	g := &Signing{Kind: n.Kind, By: st.ParticipantID, HeldFrom: n.HeldFrom, HeldTo: n.HeldTo, Lines: n.Lines}
	for _, p := range parties {
		if !p.Removed && (len(n.Parties) == 0 || slices.Contains(n.Parties, p.ID)) {
			g.Signers = append(g.Signers, Signer{Party: p.ID, Answer: signing.Waiting})
		}
	}
	if len(g.Signers) == 0 || len(n.Parties) > len(g.Signers) {
		return nil, court.ErrInvalid.In("parties")
	}
	g.Signers = append(g.Signers, Signer{Answer: signing.Waiting})
	return s.signingPaper(ctx, caseID, st, g)
}

// SigningPaper gives what a paper says with the signatures that it bears now.
func (s *Store) SigningPaper(ctx context.Context, caseID, id string, st *court.Standing) (*SigningPaper, error) {
	g, err := s.Signing(ctx, caseID, id, st)
	if err != nil {
		return nil, err
	}
	return s.signingPaper(ctx, caseID, st, g)
}

func (s *Store) signingPaper(ctx context.Context, caseID string, st *court.Standing, g *Signing) (*SigningPaper, error) {
	p := &SigningPaper{Kind: g.Kind, HeldFrom: g.HeldFrom, HeldTo: g.HeldTo, Lines: g.Lines, SHA256: g.SHA256}
	if err := s.row(ctx, "SELECT court, docket_number, cause FROM court_case WHERE id = $1", caseID).Scan(&p.Court, &p.DocketNumber, &p.Cause); err != nil {
		return nil, err
	}
	people, err := s.Participants(ctx, caseID, st)
	if err != nil {
		return nil, err
	}
	named := map[string]Participant{}
	for _, who := range people {
		named[who.ID] = who
		switch {
		case who.ID == g.By:
			p.Leader = who.Standing + "　" + who.Name
		case who.Role.OfCourt() && !who.Removed:
			p.Others = append(p.Others, who.Standing+"　"+who.Name)
		}
	}
	for _, signer := range g.Signers {
		who := named[signer.Party]
		if signer.Party == "" {
			who = named[g.By]
		} else {
			text := who.Standing + "　" + who.Name
			for _, agent := range people {
				if slices.Contains(agent.For, who.ID) && !agent.Removed {
					text += "，委托诉讼代理人　" + agent.Name
				}
			}
			p.Parties = append(p.Parties, text)
		}
		place := PrintedSigner{Label: who.Standing + "　" + who.Name, Answer: signer.Answer, Reason: signer.Reason, At: signer.At}
		if signer.By != "" && signer.By != who.ID {
			place.Agent = named[signer.By].Name
		}
		if signer.signature != "" {
			if place.Image, err = s.signatureImage(ctx, signer.signature); err != nil {
				return nil, err
			}
		}
		p.Signers = append(p.Signers, place)
	}
	return p, nil
}
