INSERT INTO person_star (person, entity_ref, created_at) VALUES ('user:default/ana', 'component:default/payment-service', 1), ('user:default/ana', 'component:default/gone', 2);
INSERT INTO person_visit (person, entity_ref, visited_at) VALUES ('user:default/ana', 'component:default/payment-service', 1764000000000000);
