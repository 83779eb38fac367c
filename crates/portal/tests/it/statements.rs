//! Every statement is one that both databases take.

#[tokio::test]
async fn both_databases_take_every_statement() {
    testkit::check_statements(portal::STATEMENTS).await;
    testkit::check_statements(catalog::STATEMENTS).await;
    testkit::check_statements(identity::audit::STATEMENTS).await;
    testkit::check_statements(identity::STATEMENTS).await;
    testkit::check_statements(identity::provider::STATEMENTS).await;
    testkit::check_statements(notifications::STATEMENTS).await;
}
