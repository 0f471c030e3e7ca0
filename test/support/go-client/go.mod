module gatehouse/test/go-client

go 1.26.0
