package library

// contextClasses are the gateway's object model.
func contextClasses() []func() *Class {
	return []func() *Class{
		contextClass, messageClass, requestClass, responseClass, messageBodyClass, urlClass,
		privateEndpointClass, foundryClass,
		apiClass, keyNamesClass, operationClass, productClass, productStateEnum, subscriptionClass,
		userClass, groupClass, identityClass, deploymentClass, gatewayClass, sustainabilityClass,
		proxyErrorClass, workspaceClass, backendClass, backendTypeEnum, graphQLClass, graphQLDataClass,
		extensionsClass, authorizationClass,
	}
}
