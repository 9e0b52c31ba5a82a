package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"strings"

	"microcourt/store/court"
)

// States of a case.
const (
	CaseOpen   = "open"
	CaseClosed = "closed"
)

// CaseCard is a case as one of its participants sees it in a list.
type CaseCard struct {
	ID            string     `json:"id"`
	DocketNumber  string     `json:"docket_number"`
	Title         string     `json:"title"`
	Cause         string     `json:"cause"`
	Court         string     `json:"court"`
	Procedure     string     `json:"procedure"`
	Phone         string     `json:"phone" doc:"the court's telephone number for this case"`
	State         string     `json:"state" enum:"open,closed"`
	FiledAt       int64      `json:"filed_at"`
	ClosedAt      int64      `json:"closed_at,omitempty"`
	ActiveAt      int64      `json:"active_at" doc:"time of the newest event in a thread that I read, else when the case came in"`
	Role          court.Role `json:"role" enum:"party,representative,judge,clerk"`
	Me            string     `json:"me" doc:"my participant id"`
	Standing      string     `json:"standing" doc:"原告, 被告, 审判长 ..."`
	Unread        int64      `json:"unread" doc:"unread events in the room"`
	UnreadPrivate int64      `json:"unread_private" doc:"unread private messages"`
	Ready         string     `json:"ready" doc:"what is missing before the room opens; empty: nothing" enum:"identity_required,notice_required,other_capacity,"`
	Parties       []Side     `json:"parties" nullable:"false"`
	ActsFor       []Power    `json:"acts_for" nullable:"false" doc:"as a representative: for whom, and with what authority"`
}

// Power is for whom a representative acts, and with what authority.
type Power struct {
	Name      string `json:"name"`
	Authority string `json:"authority" doc:"一般授权 or 特别授权; empty where the court doesn't know"`
}

// Side is a party by name, for the list.
type Side struct {
	Name     string `json:"name"`
	Standing string `json:"standing"`
}

// CaseQuery says which of a person's cases are wanted.
type CaseQuery struct {
	PersonID string
	CaseID   string     // only this one
	Capacity court.Role // in which the session is used: only those in which the person stands so, unless CaseID names one; "" for all
	Q        string     // terms that docket number, title, cause or a participant's name must hold, all of them
	State    string     // CaseOpen, CaseClosed or "" for both
	Sort     string     // "active" (default), "filed" or "docket"
	Cursor   string
	Limit    int
}

// MaxCases bounds a page of cases.
const MaxCases = 100

// caseOrders gives the sort key and its direction. Keys are compared as the engine compares text or numbers.
var caseOrders = map[string]struct{ key, order, compare string }{
	"":       {"active_at", "DESC", "<"},
	"active": {"active_at", "DESC", "<"},
	"filed":  {"filed_at", "DESC", "<"},
	"docket": {"docket_number", "ASC", ">"},
}

// unreadOf counts a participant's unread events: of the room and of what was served, or of the private threads.
const unreadOf = `(SELECT count(*) FROM (SELECT 1 FROM thread t
	LEFT JOIN read_mark m ON m.case_id = t.case_id AND m.person_id = p.person_id AND m.thread = t.name
	JOIN event e ON e.case_id = t.case_id AND e.thread = t.name AND e.seq > COALESCE(m.seq, 0)
	WHERE t.case_id = p.case_id AND t.last_seq > COALESCE(m.seq, 0) AND e.by_person <> p.person_id AND `

var caseCards = `SELECT c.id AS card, c.docket_number, c.title, c.cause, c.court, c.procedure, c.phone, c.state, c.filed_at, COALESCE(c.closed_at, 0),
	COALESCE((SELECT max(t.last_at) FROM thread t WHERE t.case_id = p.case_id AND ` + mine + `), c.created_at) AS active_at,
	p.standing,
	` + unreadOf + `(t.name = 'room' OR t.name LIKE 'service/%' AND ` + mine + `) LIMIT 100) u) AS unread,
	` + unreadOf + `t.name <> 'room' AND t.name NOT LIKE 'service/%' AND ` + mine + `
		AND (t.name NOT LIKE 'bench/%' OR t.name = 'bench/' || p.id OR e.at >= p.joined_at) LIMIT 100) u) AS unread_private,
	` + standingColumns("$3") + `
	FROM participant p JOIN court_case c ON c.id = p.case_id
	WHERE p.person_id = $1 AND p.removed_at IS NULL AND ($2 = '' OR c.id = $2)`

// Cases gives a page of the cases in which a person is a participant, and the cursor of the next page, "" at the end.
func (s *Store) Cases(ctx context.Context, q CaseQuery) (cards []CaseCard, next string, err error) {
	order, ok := caseOrders[q.Sort]
	if !ok {
		return nil, "", court.ErrInvalid.In("sort")
	}
	limit := min(max(q.Limit, 1), MaxCases)
	inner, args := caseCards, []any{q.PersonID, q.CaseID, s.noticeVersion}
	if q.State != "" {
		args = append(args, q.State)
		inner += " AND c.state = " + param(len(args))
	}
	if q.Capacity != "" && q.CaseID == "" {
		args = append(args, string(q.Capacity))
		inner += " AND p.role = " + param(len(args))
	}
	found, args := caseTerms(q.Q, args)
	inner += found
	query := "SELECT * FROM (" + inner + ") AS list"
	if q.Cursor != "" {
		key, id, err := readCursor(q.Cursor)
		if err != nil {
			return nil, "", err
		}
		if _, isText := key.(string); isText != (order.key == "docket_number") {
			return nil, "", court.ErrInvalid.In("cursor")
		}
		args = append(args, key, id)
		k, i := param(len(args)-1), param(len(args))
		query += " WHERE " + order.key + " " + order.compare + " " + k + " OR " + order.key + " = " + k + " AND card > " + i
	}
	args = append(args, limit+1)
	query += " ORDER BY " + order.key + " " + order.order + ", card LIMIT " + param(len(args))
	rows, err := s.query(ctx, query, args...)
	if cards, err = collect(rows, err, func(r *sql.Rows) (CaseCard, error) { return scanCard(r, q.Capacity) }); err != nil {
		return nil, "", err
	}
	if len(cards) > limit {
		cards = cards[:limit]
		next = cursorAfter(cards[limit-1], order.key)
	}
	return cards, next, s.addSides(ctx, cards)
}

// caseTerms gives the condition under which a case c holds all terms of a search.
func caseTerms(q string, args []any) (string, []any) {
	var where strings.Builder
	for _, term := range searchTerms(q) {
		args = append(args, "%"+escapeLike(strings.ToLower(term))+"%", loosePattern(term))
		plain, loose := param(len(args)-1), param(len(args))
		where.WriteString(` AND (lower(c.title) LIKE ` + plain + ` ESCAPE '\' OR lower(c.cause) LIKE ` + plain + ` ESCAPE '\'
			OR lower(c.docket_number) LIKE ` + loose + ` ESCAPE '\'
			OR EXISTS (SELECT 1 FROM participant o WHERE o.case_id = c.id AND o.removed_at IS NULL AND lower(o.name) LIKE ` + plain + ` ESCAPE '\'))`)
	}
	return where.String(), args
}

func scanCard(r *sql.Rows, capacity court.Role) (CaseCard, error) {
	var c CaseCard
	var st court.Standing
	var barred, verified, accepted int
	var state string
	err := r.Scan(&c.ID, &c.DocketNumber, &c.Title, &c.Cause, &c.Court, &c.Procedure, &c.Phone, &c.State, &c.FiledAt, &c.ClosedAt, &c.ActiveAt,
		&c.Standing, &c.Unread, &c.UnreadPrivate,
		&st.ParticipantID, &st.Role, &st.JoinedAt, &barred, &state, &verified, &accepted)
	st.Verified, st.NoticeAccepted, st.Capacity = verified != 0, accepted != 0, capacity
	c.Role, c.Me, c.Parties, c.ActsFor = st.Role, st.ParticipantID, []Side{}, []Power{}
	if notReady := court.CheckInCase(court.ActRoomJoin, &st); notReady != nil {
		c.Ready = court.AsError(notReady).Code
		c.Unread, c.UnreadPrivate = 0, 0 // what can't be read yet isn't counted either
	}
	return c, err
}

// addSides adds the parties' names to a page of cards.
func (s *Store) addSides(ctx context.Context, cards []CaseCard) error {
	if len(cards) == 0 {
		return nil
	}
	index := map[string]int{}
	args := make([]any, len(cards))
	marks := make([]string, len(cards))
	var acting []string // the reader's places as a representative
	for i, c := range cards {
		index[c.ID], args[i], marks[i] = i, c.ID, param(i+1)
		if c.Role == court.RoleRepresentative {
			acting = append(acting, c.Me)
		}
	}
	if err := s.addPowers(ctx, cards, index, acting); err != nil {
		return err
	}
	rows, err := s.query(ctx, `SELECT case_id, name, standing FROM participant WHERE role = 'party' AND removed_at IS NULL
		AND case_id IN (`+strings.Join(marks, ",")+`) ORDER BY case_id, position`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var side Side
		if err := rows.Scan(&id, &side.Name, &side.Standing); err != nil {
			return err
		}
		c := &cards[index[id]]
		c.Parties = append(c.Parties, side)
	}
	return rows.Err()
}

// addPowers adds for whom the reader acts, in the places given.
func (s *Store) addPowers(ctx context.Context, cards []CaseCard, index map[string]int, places []string) error {
	if len(places) == 0 {
		return nil
	}
	args, marks := make([]any, len(places)), make([]string, len(places))
	for i, id := range places {
		args[i], marks[i] = id, param(i+1)
	}
	rows, err := s.query(ctx, `SELECT r.case_id, p.name, r.authority FROM representation r JOIN participant p ON p.id = r.for_participant AND p.removed_at IS NULL
		WHERE r.participant_id IN (`+strings.Join(marks, ",")+`) ORDER BY r.case_id, p.position`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var p Power
		if err := rows.Scan(&id, &p.Name, &p.Authority); err != nil {
			return err
		}
		c := &cards[index[id]]
		c.ActsFor = append(c.ActsFor, p)
	}
	return rows.Err()
}

// cursorAfter names the place behind a card; readCursor reads it back. It holds nothing that the card didn't show.
func cursorAfter(c CaseCard, key string) string {
	var value any
	switch key {
	case "active_at":
		value = c.ActiveAt
	case "filed_at":
		value = c.FiledAt
	default:
		value = c.DocketNumber
	}
	text, _ := json.Marshal([]any{value, c.ID})
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(cursor string) (key any, id string, err error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	var parts []json.RawMessage
	if err == nil {
		err = json.Unmarshal(text, &parts)
	}
	if err != nil || len(parts) != 2 || json.Unmarshal(parts[1], &id) != nil {
		return nil, "", court.ErrInvalid.In("cursor")
	}
	var number int64
	if json.Unmarshal(parts[0], &number) == nil {
		return number, id, nil
	}
	var word string
	if json.Unmarshal(parts[0], &word) != nil {
		return nil, "", court.ErrInvalid.In("cursor")
	}
	return word, id, nil
}

// Case gives one case as a participant sees it, or court.ErrNotFound.
func (s *Store) Case(ctx context.Context, caseID, personID string) (CaseCard, error) {
	cards, _, err := s.Cases(ctx, CaseQuery{PersonID: personID, CaseID: caseID, Limit: 1})
	if err != nil {
		return CaseCard{}, err
	}
	if len(cards) == 0 {
		return CaseCard{}, court.ErrNotFound
	}
	return cards[0], nil
}

// CasePlace is a case in which a person is a participant, and as what.
type CasePlace struct {
	CaseID   string
	Standing court.Standing
}

// Places gives all cases in which a person is a participant.
func (s *Store) Places(ctx context.Context, personID string) ([]CasePlace, error) {
	return s.placesOf.get(ctx, personID)
}

func askPlacesOf(s *Store) *together[CasePlace] {
	return newTogether(s, `SELECT p.person_id, p.case_id, `+standingColumns("$1")+` FROM participant p JOIN court_case c ON c.id = p.case_id
		WHERE p.removed_at IS NULL AND p.person_id IN (KEYS)`,
		func() []any { return []any{s.noticeVersion} },
		func(row scanner) (p CasePlace, err error) {
			st, err := scanStanding(scanner(func(dest ...any) error { return row.Scan(append([]any{&p.CaseID}, dest...)...) }))
			p.Standing = *st
			return p, err
		})
}

// CasePhone gives the court's telephone number for a case.
func (s *Store) CasePhone(ctx context.Context, caseID string) (phone string, err error) {
	err = s.row(ctx, "SELECT phone FROM court_case WHERE id = $1", caseID).Scan(&phone)
	return phone, notFound(err)
}

// DocketNumber gives a case's docket number, or court.ErrNotFound.
func (s *Store) DocketNumber(ctx context.Context, caseID string) (number string, err error) {
	err = s.row(ctx, "SELECT docket_number FROM court_case WHERE id = $1", caseID).Scan(&number)
	return number, notFound(err)
}
