package court

// Errors of service and documents.
var (
	ErrNoElectronicService = newError("no_electronic_service",
		"这位受送达人没有同意以电子方式接收这类文书，请先请其确认送达地址，或者改用其他方式送达。",
		"This recipient has not agreed to receive such documents electronically. Ask them to confirm their address for service, or serve in another way.")
	ErrReceiptConfirmed = newError("receipt_confirmed",
		"这份文书已经签收。",
		"Receipt of this document has been confirmed already.")
)
