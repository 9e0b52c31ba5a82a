package store

import (
	"context"

	"microcourt/store/court"
)

// Voucher is what the record knows of a service (送达凭证, 人民法院在线诉讼规则 第三十一条).
type Voucher struct {
	Court        string   `json:"court"`
	DocketNumber string   `json:"docket_number"`
	Cause        string   `json:"cause"`
	Standing     string   `json:"standing"`
	Account      string   `json:"account"` // the masked phone number behind the recipient's account, in brackets; "" for none
	ServedBy     string   `json:"served_by"`
	Document     Document `json:"document"`
	Service      Service  `json:"service"`
}

// Voucher gives it to the recipient and the court; for others it is court.ErrNotFound.
func (s *Store) Voucher(ctx context.Context, caseID, serviceID string, st *court.Standing) (*Voucher, error) {
	list, err := s.documents(ctx, caseID, st, " AND v.id = $2", serviceID)
	if err == nil && len(list) == 0 {
		err = court.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	v := &Voucher{Document: list[0], Service: list[0].Services[0]}
	var phone []byte
	err = s.row(ctx, `SELECT c.court, c.docket_number, c.cause, r.standing, p.phone_enc, b.name FROM court_case c
		JOIN participant r ON r.case_id = c.id AND r.id = $2 JOIN participant b ON b.case_id = c.id AND b.id = $3
		LEFT JOIN person p ON p.id = r.person_id WHERE c.id = $1`, caseID, v.Service.Recipient, v.Document.By).
		Scan(&v.Court, &v.DocketNumber, &v.Cause, &v.Standing, &phone, &v.ServedBy)
	if err != nil {
		return nil, err
	}
	number, err := s.keys.Open(phone)
	if number != "" {
		v.Account = "（" + MaskPhone(number) + "）"
	}
	return v, err
}

// AddressOwner is whose address it is, as a document names them.
type AddressOwner struct {
	Name, Standing string
	By             string // who of the court took it in
	Signature      []byte // the signature under it, PNG; nil for none
}

// AddressOwner gives whose address it is and the signature under it.
func (s *Store) AddressOwner(ctx context.Context, caseID string, a *ConfirmedAddress) (*AddressOwner, error) {
	var o AddressOwner
	err := s.row(ctx, `SELECT p.name, p.standing, b.name FROM participant p JOIN participant b ON b.case_id = p.case_id AND b.id = $3
		WHERE p.case_id = $1 AND p.id = $2`, caseID, a.Participant, a.By).Scan(&o.Name, &o.Standing, &o.By)
	if err != nil || a.Signature == "" {
		return &o, notFound(err)
	}
	var sealed []byte
	if err := s.row(ctx, "SELECT image_enc FROM signature WHERE id = $1", a.Signature).Scan(&sealed); err != nil {
		return nil, err
	}
	image, err := s.keys.Open(sealed)
	o.Signature = []byte(image)
	return &o, err
}
