package store

import (
	"context"
	"database/sql"
	"strings"

	"microcourt/store/court"
)

// Document is a document that the court served, as one reader sees it.
type Document struct {
	ID       string             `json:"id"`
	Case     string             `json:"case"`
	Kind     court.DocumentKind `json:"kind" enum:"judgment,ruling,mediation,decision,summons,notice,copy,transcript,other"`
	KindName string             `json:"kind_name" doc:"in Chinese"`
	Title    string             `json:"title"`
	Number   string             `json:"number,omitempty"`
	Note     string             `json:"note,omitempty"`
	SHA256   string             `json:"sha256" doc:"of the file, in hex"`
	By       string             `json:"by" doc:"participant id of who served it"`
	SentAt   int64              `json:"sent_at"`
	Services []Service          `json:"services" nullable:"false" doc:"for the court all, for a recipient the own one"`
	// Deliveries stand in the lists of a case only.
	Deliveries []Delivery `json:"deliveries,omitempty" nullable:"false" doc:"how else it was served; the first way that is effective counts"`
}

// Service is the service of a document on one recipient.
type Service struct {
	ID             string             `json:"id"`
	Recipient      string             `json:"recipient" doc:"participant id"`
	Name           string             `json:"name"`
	Attachment     string             `json:"attachment" doc:"the recipient's copy of the file"`
	File           File               `json:"file"`
	Basis          court.ConsentBasis `json:"basis" enum:"confirmed,paper,agreed" doc:"how the consent to electronic service came about"`
	AddressVersion int64              `json:"address_version" doc:"of the recipient's address for service at that time"`
	ArrivedAt      int64              `json:"arrived_at"`
	OpenedAt       int64              `json:"opened_at,omitempty" doc:"when the recipient first fetched the file"`
	ConfirmedAt    int64              `json:"confirmed_at,omitempty"`
	Signature      string             `json:"signature,omitempty" doc:"id of the signature on file under the confirmation"`
	ServedAt       int64              `json:"served_at,omitempty" doc:"from when on it counts as served; left out: not yet"`
	Thread         string             `json:"thread"`
	Seq            int64              `json:"seq" doc:"of its event in the thread"`
}

const documentColumns = `d.id, d.case_id, d.kind, d.title, d.number, d.note, d.sha256, d.by_id, d.served_at,
	v.id, v.participant_id, p.name, v.attachment_id, a.name, a.type, a.size, v.basis, v.address_version, v.arrived_at, v.opened_at, v.confirmed_at, v.signature, v.served_at, v.seq`

const documentTables = ` FROM service v JOIN document d ON d.id = v.document_id JOIN participant p ON p.id = v.participant_id
	LEFT JOIN attachment a ON a.id = v.attachment_id`

func scanDocument(r interface{ Scan(...any) error }) (d Document, err error) {
	var v Service
	var name, mediaType sql.NullString
	var size sql.NullInt64
	err = r.Scan(&d.ID, &d.Case, &d.Kind, &d.Title, &d.Number, &d.Note, &d.SHA256, &d.By, &d.SentAt,
		&v.ID, &v.Recipient, &v.Name, &v.Attachment, &name, &mediaType, &size, &v.Basis, &v.AddressVersion, &v.ArrivedAt, &v.OpenedAt, &v.ConfirmedAt, &v.Signature, &v.ServedAt, &v.Seq)
	v.File = File{Name: name.String, Type: mediaType.String, Size: size.Int64}
	v.Thread, d.KindName, d.Services = court.ServiceThread(v.Recipient), d.Kind.Name(), []Service{v}
	return d, err
}

// Documents gives the documents of a case that a participant may know of, the newest first: the court all of them, others what was served on
// themselves.
func (s *Store) Documents(ctx context.Context, caseID string, st *court.Standing) ([]Document, error) {
	return s.documents(ctx, caseID, st, "")
}

// Document gives one of them, or court.ErrNotFound.
func (s *Store) Document(ctx context.Context, caseID, id string, st *court.Standing) (*Document, error) {
	list, err := s.documents(ctx, caseID, st, " AND d.id = $2", id)
	if err == nil && len(list) == 0 {
		err = court.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (s *Store) documents(ctx context.Context, caseID string, st *court.Standing, where string, args ...any) ([]Document, error) {
	args = append([]any{caseID}, args...)
	if !st.Role.OfCourt() {
		args = append(args, st.ParticipantID)
		where += " AND v.participant_id = " + param(len(args))
	}
	rows, err := s.query(ctx, "SELECT "+documentColumns+documentTables+" WHERE v.case_id = $1"+where+" ORDER BY d.served_at DESC, d.id DESC, p.position, p.id", args...)
	found, err := collect(rows, err, func(r *sql.Rows) (Document, error) { return scanDocument(r) })
	list := asDocuments(found)
	if err != nil {
		return nil, err
	}
	return list, s.addDeliveries(ctx, caseID, st, list)
}

// asDocuments makes one document of rows that differ in the service only.
func asDocuments(rows []Document) []Document {
	list := []Document{}
	for _, d := range rows {
		if n := len(list); n > 0 && list[n-1].ID == d.ID {
			list[n-1].Services = append(list[n-1].Services, d.Services...)
			continue
		}
		list = append(list, d)
	}
	return list
}

// DocumentOnCard is a document with the case it belongs to.
type DocumentOnCard struct {
	Document
	DocketNumber string `json:"docket_number"`
	CaseTitle    string `json:"case_title"`
	Cause        string `json:"cause"`
	Court        string `json:"court"`
	Parties      []Side `json:"parties" nullable:"false"`
}

// DocumentQuery says which documents are wanted.
type DocumentQuery struct {
	PersonID string
	Q        string // terms that docket number, case, document or a participant's name must hold, all of them
	Waiting  bool   // only those whose receipt is not confirmed
	Cursor   Place
	Limit    int
}

// MaxDocuments bounds a page of documents.
const MaxDocuments = 100

// FindDocuments finds, over all cases of a person, the documents that were served on the person, or for the court's own people those of their cases: one
// row for each service, the newest first. A case whose room isn't open to the person yet shows none.
func (s *Store) FindDocuments(ctx context.Context, q DocumentQuery) (found []DocumentOnCard, next Place, err error) {
	limit := min(max(q.Limit, 1), MaxDocuments)
	args := []any{q.PersonID, s.noticeVersion}
	where := ""
	if q.Waiting {
		where += " AND v.confirmed_at = 0"
	}
	for _, term := range searchTerms(q.Q) {
		args = append(args, "%"+escapeLike(strings.ToLower(term))+"%", loosePattern(term))
		plain, loose := param(len(args)-1), param(len(args))
		where += ` AND (lower(d.title) LIKE ` + plain + ` ESCAPE '\' OR lower(d.number) LIKE ` + loose + ` ESCAPE '\' OR lower(c.title) LIKE ` + plain + ` ESCAPE '\'
			OR lower(c.cause) LIKE ` + plain + ` ESCAPE '\' OR lower(c.docket_number) LIKE ` + loose + ` ESCAPE '\'
			OR EXISTS (SELECT 1 FROM participant o WHERE o.case_id = c.id AND o.removed_at IS NULL AND lower(o.name) LIKE ` + plain + ` ESCAPE '\'))`
	}
	if q.Cursor.ID != "" {
		args = append(args, q.Cursor.At, q.Cursor.ID)
		where += " AND (v.arrived_at < " + param(len(args)-1) + " OR v.arrived_at = " + param(len(args)-1) + " AND v.id < " + param(len(args)) + ")"
	}
	args = append(args, limit+1)
	rows, err := s.query(ctx, "SELECT "+documentColumns+", c.docket_number, c.title, c.cause, c.court"+documentTables+`
		JOIN court_case c ON c.id = v.case_id
		JOIN participant me ON me.case_id = v.case_id AND me.person_id = $1 AND me.removed_at IS NULL
		WHERE (me.role IN ('judge', 'clerk') OR v.participant_id = me.id
			AND EXISTS (SELECT 1 FROM verification f WHERE f.person_id = $1 AND f.revoked_at IS NULL)
			AND EXISTS (SELECT 1 FROM notice_acceptance n WHERE n.case_id = v.case_id AND n.person_id = $1 AND n.notice = 'first_entry' AND n.version = $2))`+
		where+" ORDER BY v.arrived_at DESC, v.id DESC LIMIT "+param(len(args)), args...)
	found, err = collect(rows, err, func(r *sql.Rows) (d DocumentOnCard, err error) {
		d.Document, err = scanDocument(withLast(r, &d.DocketNumber, &d.CaseTitle, &d.Cause, &d.Court))
		return d, err
	})
	if err != nil {
		return nil, Place{}, err
	}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1].Services[0]
		next = Place{At: last.ArrivedAt, ID: last.ID}
	}
	return found, next, s.addDocumentSides(ctx, found)
}

// addDocumentSides adds the parties' names.
func (s *Store) addDocumentSides(ctx context.Context, list []DocumentOnCard) error {
	var cards []CaseCard
	index := map[string]int{}
	for i := range list {
		list[i].Parties = []Side{}
		if _, ok := index[list[i].Case]; !ok {
			index[list[i].Case] = len(cards)
			cards = append(cards, CaseCard{ID: list[i].Case, Parties: []Side{}})
		}
	}
	if err := s.addSides(ctx, cards); err != nil {
		return err
	}
	for i := range list {
		list[i].Parties = cards[index[list[i].Case]].Parties
	}
	return nil
}

// thenLast scans more columns behind those of somebody else.
type thenLast struct {
	rows *sql.Rows
	last []any
}

func withLast(rows *sql.Rows, last ...any) thenLast { return thenLast{rows, last} }

func (l thenLast) Scan(dest ...any) error { return l.rows.Scan(append(dest, l.last...)...) }

// PossibleRecipient is somebody on whom the court might serve a document, and whether it can electronically.
type PossibleRecipient struct {
	Participant    string             `json:"participant"`
	Name           string             `json:"name"`
	Role           court.Role         `json:"role" enum:"party,representative"`
	Standing       string             `json:"standing"`
	For            []string           `json:"for" nullable:"false" doc:"names of whom a representative acts for"`
	Basis          court.ConsentBasis `json:"basis,omitempty" enum:"confirmed,paper,agreed"`
	AddressVersion int64              `json:"address_version,omitempty"`
	Electronic     bool               `json:"electronic" doc:"agrees to electronic service"`
	Decisions      bool               `json:"decisions" doc:"also of judgments, rulings and mediation statements"`
	Obstacle       string             `json:"obstacle" enum:",unreachable,no_consent,offline" doc:"why nothing can be served here: can't sign in, has not agreed, or service is held offline; serve in another way"`
}

// Recipients lists the parties and representatives of a case with their consent.
func (s *Store) Recipients(ctx context.Context, caseID string) ([]PossibleRecipient, error) {
	rows, err := s.query(ctx, `SELECT p.id, p.name, p.role, p.standing, CASE WHEN p.person_id IS NULL THEN 1 ELSE 0 END,
		COALESCE(a.basis, ''), COALESCE(a.version, 0), COALESCE(a.electronic, 0), COALESCE(a.decisions, 0),
		CASE WHEN EXISTS (SELECT 1 FROM consent k WHERE k.case_id = p.case_id AND k.party_id = p.id AND k.stage = 'service' AND (k.offline <> 0 OR k.agreed = 'refused')) THEN 1 ELSE 0 END
		FROM participant p LEFT JOIN service_address a ON a.participant_id = p.id AND a.version = (SELECT MAX(n.version) FROM service_address n WHERE n.participant_id = p.id)
		WHERE p.case_id = $1 AND p.removed_at IS NULL AND p.role IN ('party', 'representative') ORDER BY p.position, p.id`, caseID)
	list, err := collect(rows, err, func(r *sql.Rows) (p PossibleRecipient, err error) {
		var unreachable, electronic, decisions, offline int64
		err = r.Scan(&p.Participant, &p.Name, &p.Role, &p.Standing, &unreachable, &p.Basis, &p.AddressVersion, &electronic, &decisions, &offline)
		p.Electronic, p.Decisions, p.For = electronic != 0, decisions != 0, []string{}
		switch {
		case unreachable != 0:
			p.Obstacle = "unreachable"
		case !p.Electronic:
			p.Obstacle = "no_consent"
		case offline != 0:
			p.Obstacle = "offline"
		}
		return p, err
	})
	if err != nil {
		return nil, err
	}
	rows, err = s.query(ctx, `SELECT r.participant_id, p.name FROM representation r JOIN participant p ON p.id = r.for_participant
		WHERE r.case_id = $1 ORDER BY r.participant_id, p.position, p.id`, caseID)
	acts, err := collect(rows, err, func(r *sql.Rows) (a [2]string, err error) { return a, r.Scan(&a[0], &a[1]) })
	for _, a := range acts {
		for i := range list {
			if list[i].Participant == a[0] {
				list[i].For = append(list[i].For, a[1])
			}
		}
	}
	return list, err
}
